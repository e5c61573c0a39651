package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.Probes;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stations that answer for every address asked for, as a router with proxy ARP does, so that their answers say nothing.
 * One that has answered for some of a pool is put to the test: others, from all over the subnet, are asked for. A
 * machine with many addresses has none of those, and somebody is silent.
 */
final class Proxies {
    private static final Logger LOG = LoggerFactory.getLogger(Proxies.class);

    /** Who answers for so many of a pool is put to the test. */
    static final int SUSPECT = 3;

    /** Of how many others, and for how many of them it must answer itself: real machines answer too. */
    static final int TESTED = 16;

    private static final int ANSWERED = TESTED / 4;

    /** How long the outcome of a test holds. */
    private static final Duration TESTED_AGAIN = Duration.ofMinutes(5);

    /** How long a proxy is remembered. */
    private static final Duration REMEMBERED = TESTED_AGAIN.multipliedBy(2);

    private final Links links;
    private final AddressPickers pickers;
    private final Function<PoolName, List<AddressRange>> expected;
    private final Duration limit;
    private final TimeSource time;
    private final Map<String, Proxy> proxies = new ConcurrentHashMap<>();
    private final Map<Suspect, Duration> tested = new ConcurrentHashMap<>();

    /**
     * {@code expected}: addresses of a pool that this host, or a machine that people know, has; {@code limit}: how long
     * answers are waited for.
     */
    Proxies(
            Links links,
            AddressPickers pickers,
            Function<PoolName, List<AddressRange>> expected,
            Duration limit,
            TimeSource time) {
        this.links = links;
        this.pickers = pickers;
        this.expected = expected;
        this.limit = limit;
        this.time = time;
    }

    private record Proxy(MacAddress mac, Duration at) {}

    private record Suspect(String bridge, MacAddress mac) {}

    /** The one behind a bridge. */
    Optional<MacAddress> on(String bridge) {
        return Optional.ofNullable(proxies.get(bridge))
                .filter(p -> isYounger(p.at(), REMEMBERED))
                .map(Proxy::mac);
    }

    /**
     * Takes a second where somebody is put to the test, and fails as {@link Links#probe} does.
     *
     * @param answers what was answered just now, and is not yet counted among the pool's
     */
    void look(String bridge, PoolName pool, Map<IpAddress, MacAddress> answers) {
        tested.values().removeIf(at -> !isYounger(at, TESTED_AGAIN));
        Map<MacAddress, Integer> counts = new HashMap<>();
        answers.values().forEach(mac -> counts.merge(mac, 1, Integer::sum));
        Answers before = pickers.of(pool).answers();
        before.had().stream()
                .filter(address -> !answers.containsKey(address))
                .flatMap(address -> before.macOf(address).stream())
                .forEach(mac -> counts.merge(mac, 1, Integer::sum));
        // one a look: anybody may make up stations
        counts.entrySet().stream()
                .filter(e -> e.getValue() >= SUSPECT && answers.containsValue(e.getKey()))
                .filter(e -> !tested.containsKey(new Suspect(bridge, e.getKey())))
                .max(Map.Entry.comparingByValue())
                .ifPresent(e -> test(new Suspect(bridge, e.getKey()), pool));
    }

    private void test(Suspect suspect, PoolName pool) {
        List<IpAddress> others = pickers.of(pool).spread(pool.subnet().usable(), expected.apply(pool), TESTED);
        if (others.size() < TESTED / 2) {
            return;
        }
        Map<IpAddress, MacAddress> answers = Probes.ask(links, suspect.bridge(), others, limit);
        tested.put(suspect, time.steady());
        LOG.debug("put to the test suspect={} asked={} answers={}", suspect, others, answers);
        if (!answersForAll(suspect.mac(), others, answers)) {
            proxies.computeIfPresent(suspect.bridge(), (b, proxy) -> proxy.mac().equals(suspect.mac()) ? null : proxy);
            return;
        }
        Proxy before = proxies.put(suspect.bridge(), new Proxy(suspect.mac(), time.steady()));
        if (before == null || !before.mac().equals(suspect.mac())) {
            LOG.warn(
                    "one station answers for every address that is asked for, so its answers count for nothing"
                            + " bridge={} mac={}",
                    suspect.bridge(),
                    suspect.mac());
        }
    }

    /** Whether nobody was silent, and that station answered for a good part. */
    static boolean answersForAll(MacAddress mac, Collection<IpAddress> asked, Map<IpAddress, MacAddress> answers) {
        return answers.keySet().containsAll(asked)
                && answers.values().stream().filter(mac::equals).count() >= ANSWERED;
    }

    private boolean isYounger(Duration at, Duration age) {
        return time.steady().minus(at).compareTo(age) < 0;
    }
}
