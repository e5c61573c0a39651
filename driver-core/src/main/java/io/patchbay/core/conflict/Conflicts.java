package io.patchbay.core.conflict;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.ipam.FormerMacs;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.Sighting;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Contact;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.Interval;
import io.patchbay.core.time.Late;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conflicts that were heard lately: another station speaks for an address that a container of ours has. Each is
 * logged, kept until nothing was heard of it for some minutes, and answered once where the container is this host's.
 * Nothing is taken from anybody.
 */
public final class Conflicts {
    private static final Logger LOG = LoggerFactory.getLogger(Conflicts.class);

    /** How long one is kept that is not heard any more. */
    private static final Duration KEPT = Duration.ofMinutes(5);

    /** How often one that goes on is logged. */
    private static final Duration SAID = Duration.ofMinutes(10);

    /** Whoever makes more of them is not served by a longer list. */
    private static final int MOST = 100;

    private final State state;
    private final String host;
    private final TimeSource time;
    private final Executor executor;
    private final FormerMacs former;
    private final MacHolders macHolders;
    private final Defence defence;
    private final Map<Key, Known> known = new HashMap<>();
    private final Interval<Key> said;
    private final Set<Key> looking = ConcurrentHashMap.newKeySet();
    private final List<Consumer<Conflict>> listeners = new CopyOnWriteArrayList<>();

    /** {@code executor} has a thread that may wait for the kernel and the store. */
    public Conflicts(State state, String host, Links links, FormerMacs former, TimeSource time, Executor executor) {
        this.state = state;
        this.host = host;
        this.time = time;
        this.executor = executor;
        this.former = former;
        this.said = new Interval<>(SAID, time);
        this.macHolders = new MacHolders(state, links);
        this.defence = new Defence(state, host, links, time);
    }

    private record Key(PoolName pool, IpAddress address, MacAddress mac) {}

    /** {@code seen} is a steady time. */
    private record Known(Conflict conflict, Duration seen) {}

    /** Has {@code listener} told of each conflict that begins from now on; it must be quick. */
    public void listen(Consumer<Conflict> listener) {
        listeners.add(listener);
    }

    /** A station behind a bridge says that it has an address of the pool, which is claimed. Does not block. */
    void heard(String bridge, PoolName pool, Sighting.Station said) {
        Key key = new Key(pool, said.address(), said.mac());
        Optional<Claim> claim = contradicted(key);
        // a flood of MACs is not looked at one by one
        if (claim.isEmpty() || (isFullWithout(key) && !defence.isDue(claim.get()))) {
            return;
        }
        if (looking.size() < MOST && looking.add(key)) {
            Duration heard = time.steady();
            Chores.begin(executor, "a look at who has " + said.address(), () -> {
                try {
                    look(bridge, key, heard);
                } finally {
                    looking.remove(key);
                }
            });
        }
    }

    /**
     * The claim of a container that is not the one that speaks, as far as is known. While the store is away others may
     * have gone on, so that only this host's own claims say something.
     */
    private Optional<Claim> contradicted(Key key) {
        return state.peek(Ref.claim(key.pool(), key.address()))
                .map(Versioned::value)
                .filter(claim -> claim.endpoint().isPresent())
                .filter(claim -> claim.isOf(host)
                        || state.contact().map(Contact::isOnline).orElse(true))
                .filter(claim -> !former.had(key.pool(), key.address(), key.mac()))
                .filter(claim -> !macHolders.isItself(claim, key.mac()));
    }

    private void look(String bridge, Key key, Duration heard) {
        Optional<Claim> claim = contradicted(key);
        if (!isKnown(key) || claim.filter(defence::isDue).isPresent()) {
            // what was heard may be ahead of what the watch has told, and what is said of it is believed by all
            state.refresh(Ref.claim(key.pool(), key.address()));
            claim = contradicted(key);
        }
        if (claim.isEmpty() || macHolders.isThisHosts(key.mac())) {
            return;
        }
        if (note(key, claim.get(), bridge)) {
            LOG.warn(
                    "address conflict: another station speaks for it address={} pool={} mac={} whose=\"{}\""
                            + " holder=\"{}\" host={} bridge={}",
                    key.address(),
                    key.pool(),
                    key.mac(),
                    macHolders.holder(key.mac()).orElse("unknown"),
                    macHolders.container(claim.get()),
                    claim.get().owner().name(),
                    bridge);
        }
        if (!Late.isLate(heard, time.steady())) {
            defence.defend(claim.get());
        }
    }

    private synchronized boolean isFullWithout(Key key) {
        return known.size() >= MOST && !known.containsKey(key);
    }

    private synchronized boolean isKnown(Key key) {
        return known.containsKey(key);
    }

    /** Keeps it; true when it is to be logged. */
    private synchronized boolean note(Key key, Claim claim, String bridge) {
        Duration now = time.steady();
        Known before = known.get(key);
        if (before == null) {
            return known.size() < MOST && begin(key, claim, bridge);
        }
        known.put(key, new Known(before.conflict().seenAt(time.now()), now));
        return said.beginIfDue(key);
    }

    private boolean begin(Key key, Claim claim, String bridge) {
        String whose = macHolders.holder(key.mac()).orElse("");
        Conflict conflict = new Conflict(claim, key.mac(), whose, bridge, time.now(), time.now());
        known.put(key, new Known(conflict, time.steady()));
        said.begin(key);
        listeners.forEach(listener -> listener.accept(conflict));
        return true;
    }

    /** Those that go on, by address. */
    public synchronized List<Conflict> all() {
        tidy();
        return known.values().stream()
                .map(Known::conflict)
                .sorted(Comparator.comparing((Conflict c) -> c.claim().address())
                        .thenComparing(c -> c.mac().toString()))
                .toList();
    }

    /** Forgets what is over: not heard for a while, or without a container that has the address. */
    synchronized void tidy() {
        former.tidy();
        known.entrySet().removeIf(entry -> {
            boolean silent = time.steady().minus(entry.getValue().seen()).compareTo(KEPT) >= 0;
            boolean over = silent || contradicted(entry.getKey()).isEmpty();
            if (over) {
                LOG.info(
                        "address conflict is over address={} mac={} reason=\"{}\"",
                        entry.getKey().address(),
                        entry.getKey().mac(),
                        silent ? "not heard any more" : "no other container has the address now");
            }
            return over;
        });
        said.forget(key -> !known.containsKey(key));
    }

    /** The container that one is about, as in "container web". */
    String container(Conflict conflict) {
        return macHolders.container(conflict.claim());
    }

    /** How often this host has defended an address since start. */
    public long defences() {
        return defence.sent();
    }
}
