package io.patchbay.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.Etcd;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import io.patchbay.e2e.lab.Pings;
import io.patchbay.e2e.lab.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What etcd has is not what it had, and containers of three hosts run on: nothing is doubled, nothing is destroyed. */
@InLab(
        hosts = 3,
        value = {Options.GRACE, Options.CLOCKS, Options.IMPATIENT})
final class RestoreTest {
    private static final Duration BACK = Duration.ofSeconds(30);
    private static final String OLDER = "older";
    private static final String TWIN = Lab.NET + ".40";
    private static final String RESERVED = Lab.NET + ".224-" + Lab.NET + ".239";

    /** Who is alive, or had an address, is no part of it; what is kept in reserve or for a moment comes and goes. */
    private static final Pattern PASSING = Pattern.compile("(alive|rebuild|history|calls|stays)(/.*)?");

    private static final Pattern PASSING_VALUE =
            Pattern.compile(".*\"state\":\"(PENDING|HELD|SPARE|RELEASING|REMOVED)\".*");

    /** Also what doctor found on a host meanwhile. */
    private static final Pattern LEARNED_LATER =
            Pattern.compile("\"(container|foundAt)\":\"[^\"]*\",?|\"findings\":\\[.*?\\],?");

    private final Lab lab;
    private final Host first;
    private final Host second;
    private final Host third;

    RestoreTest(Lab lab) {
        this.lab = lab;
        this.first = lab.host(1);
        this.second = lab.host(2);
        this.third = lab.host(3);
    }

    /** What must be so afterwards too: records, networks, endpoints and the very links they had. */
    private record Picture(Map<String, String> records, Map<String, Object> things) {
        static Picture of(Lab lab) {
            Map<String, String> records = new TreeMap<>(lab.etcd().records());
            records.entrySet()
                    .removeIf(e -> PASSING.matcher(e.getKey()).matches()
                            || PASSING_VALUE.matcher(e.getValue()).matches());
            records.replaceAll((key, value) -> LEARNED_LATER.matcher(value).replaceAll(""));
            Map<String, Object> things = new TreeMap<>();
            for (Host host : lab.hosts()) {
                things.put(host + " networks", new TreeSet<>(host.docker().networkNames()));
                things.put(host + " endpoints", host.docker().endpoints());
                things.put(host + " links", links(lab, host));
            }
            return new Picture(records, things);
        }

        private static Set<String> links(Lab lab, Host host) {
            Set<String> links = new TreeSet<>();
            for (JsonNode link : new Leftovers(lab).links(host)) {
                links.add(link.path("ifindex") + " " + link.path("ifname").asText());
            }
            return links;
        }
    }

    private void each(Consumer<Host> action) {
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (Host host : lab.hosts()) {
            tasks.add(() -> {
                action.accept(host);
                return true;
            });
        }
        Together.all(tasks);
    }

    /** What the backup has, and since then the opposite of all of it. */
    @BeforeEach
    void networksAndContainers() {
        lab.lanEverywhere("lan");
        lab.lanEverywhere("former");
        each(host -> host.docker().sleeper("old", "lan"));
        first.docker().sleeper("moved", "lan");
        third.docker().sleeper("twin", "lan", "--ip", TWIN);
        lab.etcd().save(OLDER);
        String moved = first.docker().ip("moved", "lan");
        first.docker().ok("rm", "-f", "moved");
        second.docker().sleeper("moved", "lan", "--ip", moved);
        third.docker().ok("network", "rm", "former");
        lab.lanEverywhere("later");
        each(host -> host.docker().sleeper("young", "later"));
        first.on("patchbay", "pool", "reserve", Lab.SUBNET, RESERVED, "--note", "printers")
                .ok();
        each(host -> host.docker().awaitNoNetwork("former", BACK));
        new Leftovers(lab).assertAsEngineKnows();
    }

    /** Or the pool would outlive its networks. */
    @AfterEach
    void givesTheRangeBack() {
        first.on("patchbay", "pool", "unreserve", Lab.SUBNET, RESERVED).ok();
    }

    private static boolean isAlive(Host asked, Host host) {
        return asked.patchbay().list("hosts").stream()
                .anyMatch(row -> row.path("host").asText().equals(host.name())
                        && row.path("status").asText().equals("alive"));
    }

    private void assertAllBack(Picture before) {
        lab.hosts().forEach(h -> h.patchbay().awaitReady(BACK));
        for (Host host : lab.hosts()) {
            Await.until(
                    host + " is alive for all", BACK, () -> lab.hosts().stream().allMatch(h -> isAlive(h, host)));
        }
        Await.untilAsserted(BACK, () -> assertThat(Picture.of(lab)).isEqualTo(before));
        new Leftovers(lab).assertAsEngineKnows();
        first.docker().refuses("gateway", Docker.trial("lan", "--ip", Lab.PRINTER));
        each(host -> assertThat(host.patchbay().list("pools").toString()).contains("printers"));
        lab.ports().assertAsEnginesKnow();
    }

    private void assertStarts(String name) {
        each(host -> host.docker().sleeper(name, "lan"));
        lab.ports().assertAsEnginesKnow();
        each(host -> host.docker().ok("rm", "-f", name));
    }

    @Test
    void hostsGiveEtcdAllOfItBackWhateverItHas() {
        Picture before = Picture.of(lab);
        try (Pings pings = Pings.to(lab, first.docker().ip("old", "lan"))) {
            lab.etcd().restore(OLDER);
            lab.etcd().start();
            assertAllBack(before);
            assertStarts("restored");
            lab.etcd().wipe();
            lab.etcd().start();
            assertAllBack(before);
            assertStarts("wiped");
            lab.etcd().ctl("del", "--prefix", Etcd.PREFIX).ok();
            assertAllBack(before);
            assertStarts("deleted");
            pings.awaitOneMore();
            assertThat(pings.lost()).as("lost pings").isZero();
        }
    }

    @Test
    void aHostThatHangsIsWaitedForAndOfTwoWithOneAddressTheLaterStays() {
        // or the last announcement would come when it is thawed
        Await.until(
                "it has been announced three times",
                BACK,
                () -> lab.ports().saidOf(TWIN).size() >= 3);
        third.freeze("patchbay");
        third.cutFromLan();
        try {
            // the claim is gone, its host does not hear of it, and the LAN says nothing
            lab.etcd()
                    .ctl("del", Etcd.PREFIX + "claims/default~" + Lab.NET + ".0_24/" + TWIN)
                    .ok();
            first.docker().sleeper("later", "lan", "--ip", TWIN);
            lab.etcd().restore(OLDER);
            lab.etcd().start();
            assertWaitsForThird();
        } finally {
            third.mend();
            third.thaw("patchbay");
        }
        lab.hosts().forEach(h -> h.patchbay().awaitReady(BACK));
        Await.until(
                "the endpoint is ended",
                BACK,
                () -> third.daemonLog().contains("endpoint ended, its address is another's by now"),
                third::daemonLog);
        third.docker().refuses("h1", "restart", "-t", "0", "twin");
        third.docker().ok("rm", "-f", "twin");
        lab.ports().assertAsEnginesKnow();
    }

    private void assertWaitsForThird() {
        Await.until(
                "the host that is missing is named",
                BACK,
                () -> first.patchbay().readiness().body().contains("h3"),
                () -> first.patchbay().readiness() + "\n" + first.daemonLog());
        assertThat(first.patchbay().metric("patchbay_store_rebuilding")).isEqualTo(1);
        assertThat(first.on("patchbay", "doctor").out()).contains("h3 has not put back");
        second.docker().refuses("history", Docker.trial("lan", "--ip", Lab.NET + ".41"));
    }

    @Test
    void aHostThatIsDownLosesNothingInALongOutage() {
        third.docker().sleeper("always", "lan", "--ip", Lab.NET + ".42", "--restart", "always");
        third.crash();
        Await.until("it is dead", BACK, () -> !isAlive(first, third));
        lab.etcd().restore(OLDER);
        try (Pings pings = Pings.to(lab, second.docker().ip("moved", "lan"))) {
            first.docker().ok("restart", "-t", "0", "young");
            second.docker().ok("rm", "-f", "old");
            pings.await(100);
            lab.etcd().start();
            first.patchbay().awaitReady(BACK);
            second.patchbay().awaitReady(BACK);
            first.restart("patchbay", true);
            second.restart("patchbay", true);
            second.docker().refuses("h3", Docker.trial("lan", "--ip", Lab.NET + ".42"));
            assertThat(pings.lost()).as("lost pings").isZero();
        } finally {
            third.boot();
        }
        third.patchbay().awaitReady(BACK);
        third.docker().awaitRunning("always", BACK);
        Await.untilAsserted(BACK, () -> new Leftovers(lab).assertAsEngineKnows());
        lab.ports().assertAsEnginesKnow();
        assertStarts("new");
    }
}
