package io.patchbay.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchbay.e2e.lab.Agreement;
import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.Etcd;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Squatter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Damage on real hosts: what {@code patchbay fsck} says of it, and what it repairs. */
@InLab(hosts = 3)
@Tag("fsck")
final class FsckTest {
    /** No call is under way any more, and the daemon has done nothing about it yet. */
    private static final Duration SETTLED = Duration.ofSeconds(40);

    private final Lab lab;
    private final Host first;

    FsckTest(Lab lab) {
        this.lab = lab;
        this.first = lab.host(1);
    }

    @BeforeEach
    void containers() {
        lab.lanEverywhere("lan");
        lab.hosts().forEach(host -> host.docker().sleeper("c" + host.number(), "lan"));
    }

    private Command.Result fsck(String... more) {
        return first.on(
                Stream.concat(Stream.of("patchbay", "fsck"), Stream.of(more)).toArray(String[]::new));
    }

    private void assertFinds(String word) {
        Await.untilAsserted(SETTLED, () -> {
            Command.Result result = fsck();
            assertThat(result.out()).contains(word);
            assertThat(result.exit()).isEqualTo(1);
        });
    }

    private String hostEnd() {
        return "pb-"
                + first.docker().on("c1", "lan").path("EndpointID").asText().substring(0, 11);
    }

    private String mac() {
        return first.docker().on("c1", "lan").path("MacAddress").asText();
    }

    @Test
    void ofHealthyHostsNothingIsSaid() {
        Agreement.require(lab);
        assertThat(fsck("--all-hosts").out()).contains("nothing disagrees");
        assertThat(fsck("--json").out()).contains("\"found\" : [ ]");
    }

    @Test
    void whatARunningContainerUsesIsMendedAndNotRemoved() {
        Agreement.require(lab);
        String link = hostEnd();
        // the daemon's own round may come between
        Await.untilAsserted(SETTLED, () -> {
            first.on("ip", "link", "set", link, "nomaster").ok();
            assertThat(fsck("--repair").out()).contains("container-link", link, "repaired");
        });
        lab.assertReachable(first.docker().ip("c1", "lan"));
    }

    @Test
    void aPersonLooksAtTheReportBeforeAnythingIsRepaired() throws Exception {
        Path report = first.folder().resolve("report.json");
        first.on("ip", "link", "add", "pb-00000000001", "type", "veth", "peer", "name", "pb-00000000002")
                .ok();
        assertThat(fsck("--report", report.toString()).exit()).isEqualTo(1);
        assertThat(Files.readString(report)).contains("link-without-endpoint", "pb-00000000001");
        assertThat(first.on("ip", "link", "show", "pb-00000000001").exit()).isZero();
        Command.Result repaired = fsck("--repair", "--from", report.toString(), "--json");
        assertThat(repaired.exit()).isZero();
        assertThat(new ObjectMapper().readTree(repaired.out()).findValuesAsText("result"))
                .isSubsetOf("repaired", "gone", "failed")
                .contains("repaired");
        assertThat(first.on("ip", "link", "show", "pb-00000000001").exit()).isNotZero();
    }

    @Test
    void theKernelsTablesAreLookedAt() {
        String link = hostEnd();
        first.on("ip", "link", "set", link, "address", "fe:50:00:00:00:01").ok();
        assertFinds("link-mac");
        first.on("ip", "link", "set", link, "alias", "somebody's").ok();
        assertFinds("link-of-other-endpoint");
        first.on("bridge", "fdb", "replace", mac(), "dev", "eth0", "master", "static", "sticky")
                .ok();
        assertFinds("forwarding-astray");
    }

    @Test
    void theContainersNamespaceIsLookedAt() {
        String address = first.docker().ip("c1", "lan");
        inContainer("addr", "add", Lab.NET + ".99/24", "dev", "eth0");
        assertFinds("sandbox-with-other-address");
        inContainer("addr", "flush", "dev", "eth0");
        assertFinds("sandbox-without-address");
        assertThat(fsck().out()).contains(address);
        inContainer("link", "set", "eth0", "down");
        assertFinds("sandbox-down");
    }

    private void inContainer(String... ip) {
        String pid = first.docker().inspect("c1").path("State").path("Pid").asText();
        first.on(Stream.concat(Stream.of("nsenter", "-t", pid, "-n", "ip"), Stream.of(ip))
                        .toArray(String[]::new))
                .ok();
    }

    private void put(String key, String value) {
        lab.etcd().ctl("put", Etcd.PREFIX + key, value).ok();
    }

    @Test
    void theStoreIsLookedAt() {
        put(
                "claims/default~10.77.0.0_24/" + Lab.NET + ".99",
                "{\"pool\":\"default~10.77.0.0_24\",\"address\":\"" + Lab.NET
                        + ".99\",\"kind\":\"ENDPOINT\",\"state\":\"PENDING\",\"host\":\"h1\",\"user\":\"x\","
                        + "\"since\":\"2026-01-01T00:00:00Z\"}");
        assertThat(fsck().out()).contains("claim-never-bound");
        assertThat(fsck("--repair").out()).contains("repaired");
        put(
                "macs/default/02:11:22:33:44:55",
                "{\"lan\":\"default\",\"mac\":\"02:11:22:33:44:55\",\"host\":\"h9\",\"since\":"
                        + "\"2026-01-01T00:00:00Z\"}");
        put("claims/default~10.77.0.0_24/" + Lab.NET + ".98", "{\"since\":\"some day\"}");
        try {
            assertFinds("host-unknown");
            assertFinds("record");
            assertThat(fsck("--all-hosts").out()).contains("host-unknown");
        } finally {
            lab.etcd().ctl("del", Etcd.PREFIX + "macs/default/02:11:22:33:44:55");
            lab.etcd().ctl("del", Etcd.PREFIX + "claims/default~10.77.0.0_24/" + Lab.NET + ".98");
        }
        Agreement.require(lab);
    }

    @Test
    void theWireIsLookedAt() {
        String address = first.docker().ip("c1", "lan");
        try (Squatter squatter = Squatter.with(lab, Lab.NET + ".97/24")) {
            squatter.take(address + "/24");
            Await.untilAsserted(
                    SETTLED, () -> assertThat(fsck().out()).containsAnyOf("duplicate-address", "address-conflict"));
        }
    }

    @Test
    void theEngineIsLookedAt() {
        first.docker().localLan("local", "--ip-range", Lab.NET + ".64/28");
        first.end("patchbay", true);
        first.docker().run("network", "rm", "local");
        first.start("patchbay");
        first.patchbay().awaitReady(SETTLED);
        assertFinds("network-unknown-to-engine");
        assertThat(fsck("--repair").out()).contains("repaired");
    }

    @Test
    void withoutTheStoreItSaysThatItCouldNotLook() {
        first.cutFromEtcd();
        try {
            Await.untilAsserted(SETTLED, () -> assertThat(fsck().exit()).isEqualTo(2));
            assertThat(fsck().out()).contains("not looked at: the store was not asked");
        } finally {
            first.mend();
        }
        Agreement.require(lab);
    }
}
