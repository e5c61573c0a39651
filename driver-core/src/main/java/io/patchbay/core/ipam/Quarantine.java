package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.Quarantined;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.Interval;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses that something on the LAN has which is none of ours, so that nobody is given them. Each has a record
 * that all hosts see. The host that heard it keeps it until nothing has been heard for some minutes. While the store is
 * away what this host has heard itself counts.
 */
public final class Quarantine {
    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

    /** How often a record is written anew only to say when its address was heard last. */
    private static final Duration WRITTEN_ANEW = Duration.ofMinutes(10);

    /**
     * How much of a pool counts as somebody's at most, recorded by any host or heard by this one: a station may say
     * that it has any number of addresses, and what would be given next is asked for all the same.
     */
    static final int MOST = 2000;

    /** How many looks at what was heard unasked may wait; who is not looked at speaks again. */
    private static final int LOOKS = 64;

    /** How often it is said that a pool's is full. */
    private static final Duration SAID = Duration.ofMinutes(10);

    private final State state;
    private final String host;
    private final Machines machines;
    private final AddressPickers pickers;
    private final FormerMacs former;
    private final TimeSource time;
    private final Executor executor;
    private final Interval<Ref<Quarantined>> written;
    private final Set<Ref<Quarantined>> looking = ConcurrentHashMap.newKeySet();
    private final Interval<PoolName> full;

    Quarantine(
            State state,
            String host,
            Machines machines,
            AddressPickers pickers,
            FormerMacs former,
            TimeSource time,
            Executor executor) {
        this.state = state;
        this.host = host;
        this.machines = machines;
        this.pickers = pickers;
        this.former = former;
        this.time = time;
        this.executor = executor;
        this.written = new Interval<>(WRITTEN_ANEW, time);
        this.full = new Interval<>(SAID, time);
    }

    /**
     * A station of the LAN that the pool is on has said that it has this address, without having been asked. For any
     * thread and as often as it is heard: it does not block, and nothing fails. What a claim, a machine's address or a
     * reserved range explains, and what no network of any host would give, is passed over. Of an address that somebody
     * has the record names another only when it is asked for again.
     */
    public void onStation(PoolName pool, IpAddress address, MacAddress mac) {
        if (isClaimed(pool, address) || !isGiven(pool, address)) {
            return;
        }
        if (answers(pool).macOf(address).isPresent()) {
            answers(pool).heard(address, mac);
            return;
        }
        Ref<Quarantined> ref = Ref.quarantined(pool, address);
        if (!isFull(pool) && looking.size() < LOOKS && looking.add(ref)) {
            Chores.begin(executor, "quarantine of " + address, () -> {
                try {
                    AnswerMeaning unused = heard(pool, address, mac);
                } finally {
                    looking.remove(ref);
                }
            });
        }
    }

    /** Whether no further address of the pool is to be somebody's. */
    private boolean isFull(PoolName pool) {
        int known = pickers.of(pool).foreign();
        if (known < MOST) {
            return false;
        }
        if (full.beginIfDue(pool)) {
            LOG.warn(
                    "so many addresses were heard to be somebody's that others are not remembered any more unless they"
                            + " are asked for pool={} remembered={}",
                    pool,
                    known);
        }
        return true;
    }

    private boolean isClaimed(PoolName pool, IpAddress address) {
        return state.isThere(Ref.claim(pool, address));
    }

    /** Whether the address lies in the range of a network of some host. */
    private boolean isGiven(PoolName pool, IpAddress address) {
        return state.peekAll(Refs.usersOf(pool)).stream()
                .anyMatch(user -> user.value().range().contains(address));
    }

    /** The LAN has answered for an address; says what that means, and keeps it from being given if it must. */
    AnswerMeaning heard(PoolName pool, IpAddress address, MacAddress mac) {
        AnswerMeaning meaning = meaning(pool, address, mac);
        if (meaning == AnswerMeaning.FOREIGN) {
            // another host's container may have it, and the watch not have told
            Chores.guarded("a look at the claim of " + address, () -> state.refresh(Ref.claim(pool, address)));
            meaning = meaning(pool, address, mac);
        }
        if (meaning != AnswerMeaning.OURS) {
            answers(pool).heard(address, mac);
            keep(pool, address, mac, meaning);
        }
        return meaning;
    }

    private AnswerMeaning meaning(PoolName pool, IpAddress address, MacAddress mac) {
        Ref<Claim> claim = Ref.claim(pool, address);
        // a container that has just ended may have answered before
        if (state.isUnreadable(claim) || machines.holder(pool, address).isPresent() || former.had(pool, address, mac)) {
            return AnswerMeaning.OURS;
        }
        Optional<Claim> known = state.peek(claim).map(Versioned::value);
        return known.filter(c -> ContainerMacs.isItself(state, c, mac)).isPresent()
                ? AnswerMeaning.OURS
                : AnswerMeaning.of(known, mac, host);
    }

    private void keep(PoolName pool, IpAddress address, MacAddress mac, AnswerMeaning meaning) {
        if (meaning.isForQuarantine() && isToBeWritten(pool, address, mac)) {
            Chores.guarded("quarantine of " + address, () -> write(pool, address, mac));
        }
    }

    /**
     * Sees once more to what was heard of a pool: while the store was away it could not be written, and a container may
     * have had the address.
     */
    void again(PoolName pool) {
        for (IpAddress address : answers(pool).had()) {
            Optional<MacAddress> mac = answers(pool).macOf(address);
            if (mac.isPresent() && find(pool, address).isEmpty()) {
                AnswerMeaning meaning = meaning(pool, address, mac.get());
                if (meaning == AnswerMeaning.OURS) {
                    answers(pool).forget(address);
                } else {
                    keep(pool, address, mac.get(), meaning);
                }
            }
        }
    }

    private Answers answers(PoolName pool) {
        return pickers.of(pool).answers();
    }

    /** What lies in a reserved range is expected there; another living host keeps the record of what it has heard. */
    private boolean isToBeWritten(PoolName pool, IpAddress address, MacAddress mac) {
        Ref<Quarantined> ref = Ref.quarantined(pool, address);
        if (state.peek(Ref.pool(pool)).isEmpty() || isReserved(pool, address) || state.isUnreadable(ref)) {
            return false;
        }
        Optional<Quarantined> record = state.peek(ref).map(Versioned::value);
        if (record.isEmpty()) {
            // it is one of them itself
            return pickers.of(pool).foreign() <= MOST;
        }
        if (!isKeptHere(record.get())) {
            return false;
        }
        return !record.get().host().equals(host) || !record.get().mac().equals(mac) || written.isDue(ref);
    }

    /** Whether this host is to see to the record: it heard the answer, or who did is dead. */
    boolean isKeptHere(Quarantined record) {
        return record.host().equals(host) || !state.isThere(Ref.alive(record.host()));
    }

    private void write(PoolName pool, IpAddress address, MacAddress mac) {
        Ref<Quarantined> ref = Ref.quarantined(pool, address);
        boolean known = state.peek(ref).isPresent();
        boolean done = state.attempt(d -> write(d, pool, address, mac));
        if (done && state.peek(ref).isPresent()) {
            written.begin(ref);
            if (!known) {
                LOG.warn(
                        "address in quarantine, something on the LAN has it address={} pool={} mac={}",
                        address,
                        pool,
                        mac);
            }
        }
    }

    /** The claim is looked at in the same transaction: whoever got the address meanwhile keeps it. */
    private void write(Decision d, PoolName pool, IpAddress address, MacAddress mac) {
        d.requireOnline();
        Optional<Claim> claim = d.read(Ref.claim(pool, address));
        if (!AnswerMeaning.of(claim, mac, host).isForQuarantine()) {
            return;
        }
        d.expectPresent(Ref.pool(pool));
        claim.ifPresent(c -> ClaimEnd.end(d, c, time.now()));
        d.put(d.read(Ref.quarantined(pool, address))
                .map(record -> record.heard(mac, host, time.now()))
                .orElseGet(() -> Quarantined.of(pool, address, mac, host, time.now())));
    }

    /**
     * Ends the records that this host is to see to and whose addresses are silent or explained by now, and those of
     * pools that are gone.
     *
     * @param deaf whether the LAN of a pool is asked by this host and cannot be heard now, so that silence says nothing
     */
    void tidy(Predicate<PoolName> deaf) {
        Chores.each(
                "a look at the quarantine of",
                state.peekAll(Refs.quarantined()),
                record -> record.value().address(),
                record -> tidy(record, deaf.test(record.value().pool())));
        written.forget(ref -> state.peek(ref).isEmpty());
    }

    private void tidy(Versioned<Quarantined> record, boolean deaf) {
        Quarantined q = record.value();
        if (!state.isThere(Ref.pool(q.pool()))) {
            end(record, "its pool is gone");
        } else if (!isKeptHere(q)) {
            return;
        } else if (isExplained(q)) {
            end(record, "it is one of ours, or reserved");
        } else if (!answers(q.pool()).isRemembered(q.address())) {
            // as after a start: it counts as heard now
            answers(q.pool()).heard(q.address(), q.mac());
        } else if (answers(q.pool()).macOf(q.address()).isEmpty() && !deaf) {
            end(record, "nothing was heard of it for " + Answers.SILENCE.toMinutes() + " minutes");
        }
    }

    private boolean isExplained(Quarantined q) {
        return isClaimed(q.pool(), q.address())
                || isReserved(q.pool(), q.address())
                || machines.holder(q.pool(), q.address()).isPresent();
    }

    private boolean isReserved(PoolName pool, IpAddress address) {
        return state.peek(Ref.pool(pool))
                .flatMap(p -> p.value().reservedAround(address))
                .isPresent();
    }

    private void end(Versioned<Quarantined> record, String reason) {
        Quarantined q = record.value();
        boolean done = state.attempt(d -> {
            d.requireOnline();
            d.expect(record);
            d.delete(q);
        });
        if (done) {
            answers(q.pool()).forget(q.address());
            LOG.info("address out of quarantine address={} pool={} reason=\"{}\"", q.address(), q.pool(), reason);
        }
    }

    /** A station answers for every address: what was heard of it says nothing, and the records of it end. */
    void forget(PoolName pool, MacAddress mac) {
        answers(pool).forget(mac);
        Chores.each(
                "the end of the quarantine of",
                state.peekAll(Refs.quarantined()),
                record -> record.value().address(),
                record -> {
                    Quarantined q = record.value();
                    if (q.pool().equals(pool) && q.mac().equals(mac) && isKeptHere(q)) {
                        end(record, "its machine answers for every address");
                    }
                });
    }

    /** The record of an address that is in quarantine. */
    public Optional<Quarantined> find(PoolName pool, IpAddress address) {
        return state.peek(Ref.quarantined(pool, address)).map(Versioned::value);
    }

    /** All that are in quarantine, ascending by pool and address. */
    public List<Quarantined> all() {
        return state.peekAll(Refs.quarantined()).stream()
                .map(Versioned::value)
                .sorted((a, b) -> a.pool().equals(b.pool())
                        ? a.address().compareTo(b.address())
                        : a.pool().compareTo(b.pool()))
                .toList();
    }

    /** How many addresses of a pool's range are in quarantine; those that somebody has claimed all the same are not. */
    public long count(PoolName pool, AddressRange range) {
        return pickers.of(pool).quarantined(range);
    }

    /** Refuses an address that was given to a station with that MAC, and that another was heard to have since. */
    void refuseContested(PoolName pool, IpAddress address, MacAddress mac) {
        Optional<MacAddress> heard = answers(pool).macOf(address).filter(other -> !other.equals(mac));
        if (heard.isPresent()) {
            throw ClaimRefusals.heard(pool, address, heard.get(), host);
        }
    }

    /** Refuses an address that something on the LAN has, as far as is known. */
    void refuse(PoolName pool, IpAddress address) {
        Optional<Quarantined> record = find(pool, address);
        Optional<MacAddress> heard = answers(pool).macOf(address);
        if (record.isPresent() && !isClaimed(pool, address)) {
            throw ClaimRefusals.quarantined(record.get());
        }
        if (heard.isPresent()) {
            throw ClaimRefusals.heard(pool, address, heard.get(), host);
        }
    }
}
