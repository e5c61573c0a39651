package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.ipam.AskedNetworks.Place;
import io.patchbay.core.ipam.Questions.Question;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.LinkList;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.Probes;
import io.patchbay.core.link.Uplinks;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.Quarantined;
import io.patchbay.core.state.State;
import io.patchbay.core.time.Late;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the LAN whether somebody has an address before a container is given it. No call waits for that: what would be
 * given next is asked for beforehand, and what had to be given unasked is asked for at once, so that an answer is there
 * before the container has joined. Only an address that is wanted by name is waited for, for a moment.
 */
public final class Neighbours {
    private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);

    /** How long answers are waited for when nobody waits. */
    private static final Duration BEFOREHAND = Duration.ofSeconds(1);

    private static final Duration AFTERWARDS = Duration.ofMillis(300);

    /**
     * How long a container's start waits when it wants an address by name that was not asked for lately. With all that
     * is around it that is 100 ms at most on a busy machine too.
     */
    private static final Duration AT_ONCE = Duration.ofMillis(80);

    /** How often it is looked what is due, if nothing has happened. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final State state;
    private final Links links;
    private final AddressPickers pickers;
    private final Machines machines;
    private final AskedNetworks networks;
    private final Quarantine quarantine;
    private final TimeSource time;
    private final Executor executor;
    private final Proxies proxies;
    private final Queue<Asked> given = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean asking = new AtomicBoolean();
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile boolean dirty = true;
    private volatile Duration looked = Duration.ZERO;

    Neighbours(
            State state,
            Links links,
            AddressPickers pickers,
            Machines machines,
            AskedNetworks networks,
            Quarantine quarantine,
            TimeSource time,
            Executor executor) {
        this.state = state;
        this.links = links;
        this.pickers = pickers;
        this.machines = machines;
        this.networks = networks;
        this.quarantine = quarantine;
        this.time = time;
        this.executor = executor;
        this.proxies =
                new Proxies(links, pickers, pool -> machines.of(pool).and(state.reserved(pool)), BEFOREHAND, time);
    }

    private record Asked(String bridge, Question question) {}

    /** One look at what is due, every second; it asks when there is something, and takes a second then. */
    public void look() {
        boolean due = dirty || time.steady().minus(looked).compareTo(LOOK) >= 0;
        if (!due || !looking.compareAndSet(false, true)) {
            return;
        }
        try {
            dirty = false;
            looked = time.steady();
            lookNow();
        } finally {
            looking.set(false);
        }
    }

    private void lookNow() {
        Map<PoolName, Place> asked = networks.places();
        Hearing hearing = new Hearing();
        quarantine.tidy(pool -> Optional.ofNullable(asked.get(pool))
                .filter(p -> !hearing.on(p.bridge()))
                .isPresent());
        List<Quarantined> kept =
                quarantine.all().stream().filter(quarantine::isKeptHere).toList();
        Map<String, List<Question>> due = new LinkedHashMap<>();
        Chores.each("a look at the neighbours in pool", asked.entrySet(), Map.Entry::getKey, entry -> {
            PoolName pool = entry.getKey();
            quarantine.again(pool);
            due.computeIfAbsent(entry.getValue().bridge(), b -> new ArrayList<>())
                    .addAll(due(pool, entry.getValue().ranges(), kept));
            pickers.of(pool).answers().prune();
        });
        Chores.each("asking on bridge", due.entrySet(), Map.Entry::getKey, entry -> {
            if (!entry.getValue().isEmpty() && hearing.on(entry.getKey())) {
                List<Question> questions = entry.getValue();
                // the rest is still due at the next look
                dirty |= questions.size() > Links.MAX_PROBES;
                ask(entry.getKey(), questions.stream().limit(Links.MAX_PROBES).toList(), BEFOREHAND);
            }
        });
        asked.forEach((pool, place) -> whoAnswersForAll(place.bridge()).ifPresent(mac -> quarantine.forget(pool, mac)));
    }

    private List<Question> due(PoolName pool, List<AddressRange> ranges, List<Quarantined> kept) {
        AddressPicker picker = pickers.of(pool);
        ranges.forEach(range -> pickers.of(pool, range, state));
        List<AddressRange> reserved = machines.of(pool).and(state.reserved(pool));
        List<Quarantined> ofPool =
                kept.stream().filter(q -> q.pool().equals(pool)).toList();
        return new Questions(picker)
                .due(ranges, reserved, ofPool).stream()
                        .map(address -> new Question(pool, address))
                        .toList();
    }

    /** Where the LAN can be heard now; the kernel is asked once, and only if there is something to ask for. */
    private final class Hearing {
        private final Map<String, Boolean> known = new HashMap<>();
        private final LinkList all = new LinkList(links);

        boolean on(String bridge) {
            return known.computeIfAbsent(bridge, this::look);
        }

        private boolean look(String bridge) {
            List<Link> list = all.get();
            return list.stream()
                    .filter(link -> link.name().equals(bridge) && link.up())
                    .anyMatch(link -> Uplinks.of(list, link).stream().anyMatch(Link::isForwarding));
        }
    }

    private void ask(String bridge, List<Question> questions, Duration limit) {
        List<IpAddress> addresses =
                questions.stream().map(Question::address).distinct().toList();
        Duration end = time.steady().plus(limit);
        Map<IpAddress, MacAddress> answers = Probes.ask(links, bridge, addresses, limit);
        boolean late = Late.isLate(end, time.steady());
        LOG.debug("asked on the LAN bridge={} addresses={} answers={}", bridge, addresses, answers);
        if (limit.equals(BEFOREHAND)) {
            lookForProxies(bridge, questions, answers);
        }
        for (Question question : questions) {
            AddressPicker picker = pickers.of(question.pool());
            MacAddress mac = answers.get(question.address());
            if (mac == null && !late) {
                picker.silent(question.address());
            } else if (mac == null || isForAll(bridge, mac)) {
                // a silence of some time ago says nothing either: somebody may have come since
                picker.answers().unclear(question.address());
            } else {
                AnswerMeaning meaning = quarantine.heard(question.pool(), question.address(), mac);
                LOG.debug("answer bridge={} address={} mac={} meaning={}", bridge, question.address(), mac, meaning);
            }
        }
    }

    private void lookForProxies(String bridge, List<Question> questions, Map<IpAddress, MacAddress> answers) {
        Set<PoolName> pools = questions.stream().map(Question::pool).collect(Collectors.toSet());
        Chores.each("a look for who answers for all of", pools, pool -> pool, pool -> {
            Map<IpAddress, MacAddress> ofPool = new HashMap<>(answers);
            ofPool.keySet().removeIf(address -> !pool.subnet().contains(address));
            proxies.look(bridge, pool, ofPool);
        });
    }

    /** The station that lately answered for every address that was asked for on a bridge, as a proxy does. */
    public Optional<MacAddress> whoAnswersForAll(String bridge) {
        return proxies.on(bridge);
    }

    /** Whether that is the station that answers for every address, so that its answers say nothing. */
    public boolean isForAll(String bridge, MacAddress mac) {
        return whoAnswersForAll(bridge).filter(mac::equals).isPresent();
    }

    /** A container wants exactly this address, which nobody has claimed; refuses it if something on the LAN has it. */
    void requireFree(PoolUser user, IpAddress address) {
        if (user.isOfSwarm()) {
            requireUnheard(user, address);
            return;
        }
        Optional<String> bridge = networks.bridge(user);
        if (bridge.isEmpty()) {
            return;
        }
        quarantine.refuse(user.pool(), address);
        if (!pickers.of(user.pool()).answers().isSilent(address)) {
            askOrGoOn(bridge.get(), List.of(new Question(user.pool(), address)), AT_ONCE);
            quarantine.refuse(user.pool(), address);
        }
    }

    /** As {@link #requireFree}, without asking. */
    void requireUnheard(PoolUser user, IpAddress address) {
        if (networks.isAsked(user)) {
            quarantine.refuse(user.pool(), address);
        }
    }

    /** Whether nobody on the LAN has an address that is to be claimed beforehand; true also where it is not asked. */
    boolean isFree(PoolUser user, IpAddress address) {
        Answers answers = pickers.of(user.pool()).answers();
        networks.bridge(user)
                .filter(bridge -> !answers.isSilent(address))
                .ifPresent(bridge -> askOrGoOn(bridge, List.of(new Question(user.pool(), address)), AT_ONCE));
        return answers.macOf(address).isEmpty();
    }

    /** Nobody is kept from an address because the LAN cannot be asked. */
    private void askOrGoOn(String bridge, List<Question> questions, Duration limit) {
        try {
            ask(bridge, questions, limit);
        } catch (PatchbayException e) {
            LOG.debug("not asked bridge={} questions={} reason=\"{}\"", bridge, questions, e.getMessage());
        }
    }

    /** The user gives addresses now; {@code unasked} is one that it has just given and the LAN was not asked for. */
    void hasGiven(PoolUser user, Optional<IpAddress> unasked) {
        networks.hasGiven(user);
        dirty = true;
        // of more at once the last would be asked for when they have joined
        Optional<String> bridge =
                unasked.isPresent() && given.size() < Links.MAX_PROBES ? networks.bridge(user) : Optional.empty();
        if (bridge.isPresent()) {
            given.add(new Asked(bridge.get(), new Question(user.pool(), unasked.get())));
            if (asking.compareAndSet(false, true)) {
                Chores.begin(executor, "asking for addresses that were given", this::askForGiven);
            }
        }
    }

    private void askForGiven() {
        try {
            Map<String, List<Question>> waiting = new LinkedHashMap<>();
            for (Asked next = given.poll(); next != null; next = given.poll()) {
                waiting.computeIfAbsent(next.bridge(), b -> new ArrayList<>()).add(next.question());
            }
            waiting.forEach((bridge, questions) -> askOrGoOn(bridge, questions, AFTERWARDS));
        } finally {
            asking.set(false);
        }
        if (!given.isEmpty() && asking.compareAndSet(false, true)) {
            Chores.begin(executor, "asking for addresses that were given", this::askForGiven);
        }
    }

    /**
     * The endpoint that has the address is about to join; refuses it if something else on the LAN was heard to have it
     * since it was given.
     */
    public void requireUncontested(NetworkRecord network, PoolName pool, IpAddress address, MacAddress mac) {
        if (networks.isAsked(network)) {
            quarantine.refuseContested(pool, address, mac);
        }
    }

    /** Begins to follow what there is; call once, before the state is started. */
    void start() {
        state.networks().follow((key, before, after) -> {
            if (before == null && after != null && networks.isOfHost(after.value())) {
                // its first container may follow at once, and before there was a network nobody listened
                after.value()
                        .subnets()
                        .forEach(subnet -> subnet.pool()
                                .ifPresent(pool -> pickers.of(pool).answers().forgetSilent()));
                dirty = true;
                Chores.begin(executor, "asking for the addresses of a new network", this::look);
            }
        });
    }
}
