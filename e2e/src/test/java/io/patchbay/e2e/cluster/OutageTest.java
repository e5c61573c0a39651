package io.patchbay.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** etcd is away; what runs goes on, what must end ends, and afterwards nothing is there twice and nothing is lost. */
@InLab(
        hosts = 3,
        value = {Options.GRACE, Options.CLOCKS, Options.IMPATIENT})
final class OutageTest {
    private static final int RESERVE = 4;
    private static final Duration COMES_BACK = Duration.ofSeconds(60);

    /** No round of the minute is waited for. */
    private static final Duration HEARD_OF = Duration.ofSeconds(20);

    /** What a call may take that must not wait for etcd to come back. */
    private static final Duration PROMPT = Duration.ofSeconds(10);

    private static final Pattern REFUSED = Pattern.compile("method=IpamDriver.RequestAddress .* ms=(\\d+) ");

    private final Lab lab;
    private final Host host;
    private final Docker docker;

    OutageTest(Lab lab) {
        this.lab = lab;
        this.host = lab.host(1);
        this.docker = host.docker();
    }

    @BeforeEach
    void network() {
        lab.lanEverywhere("lan");
    }

    /** No call of it waits for etcd; what else a command takes is the engine's. */
    private <T> T promptly(String what, Supplier<T> action) {
        long slow = host.patchbay().callsOver(PROMPT);
        T result = action.get();
        assertThat(host.patchbay().callsOver(PROMPT)).as(what).isEqualTo(slow);
        return result;
    }

    private void prompt(String... command) {
        promptly(String.join(" ", command), () -> docker.ok(command));
    }

    private void heal(Outage outage) {
        outage.end(lab);
        lab.hosts().forEach(h -> h.patchbay().awaitReady(COMES_BACK));
        Await.untilAsserted(COMES_BACK, () -> new Leftovers(lab).assertAsEngineKnows());
        lab.ports().assertAsEnginesKnow();
    }

    @ParameterizedTest
    @EnumSource
    void whatRunsNoticesNothingAndWhatMustEndEnds(Outage outage) {
        docker.network("other", "10.78.0.0/24", "--gateway", "10.78.0.1", "-o", "io.patchbay.replicate=false");
        docker.sleeper("stays", "lan");
        docker.sleeper("restarted", "lan");
        docker.sleeper("stopped", "lan");
        docker.sleeper("killed", "lan");
        docker.sleeper("removed", "lan");
        docker.sleeper("elsewhere", "other");
        lab.host(2).docker().sleeper("neighbour", "lan");
        String stays = docker.ip("stays", "lan");
        String restarted = docker.ip("restarted", "lan");
        CompletableFuture<Command.Result> pings = CompletableFuture.supplyAsync(
                () -> lab.onPrinter("ping", "-n", "-i", "0.2", "-c", "75", "-W", "2", stays));
        outage.begin(lab);
        try {
            assertThat(host.patchbay().call("Plugin.Activate", "").status()).isEqualTo(200);
            promptly("handshake", () -> host.patchbay().call("NetworkDriver.GetCapabilities", ""));
            prompt("stop", "-t", "0", "stopped");
            prompt("kill", "killed");
            prompt("rm", "-f", "removed");
            prompt("rm", "-f", "elsewhere");
            prompt("network", "rm", "other");
            prompt("restart", "-t", "0", "restarted");
            assertThat(docker.ip("restarted", "lan")).isEqualTo(restarted);
            lab.assertReachable(restarted);
            docker.exec(
                    "stays", "ping", "-c", "1", "-W", "3", lab.host(2).docker().ip("neighbour", "lan"));
            assertThat(pings.join().out()).contains(" 0% packet loss");
        } finally {
            heal(outage);
        }
        assertThat(docker.ip("stays", "lan")).isEqualTo(stays);
        docker.ok("start", "stopped");
        docker.ok("start", "killed");
        new Leftovers(lab).assertAsEngineKnows();
        lab.ports().assertAsEnginesKnow();
    }

    @ParameterizedTest
    @EnumSource
    void startsWorkFromTheReserveAndThenSayWhyNot(Outage outage) {
        docker.sleeper("first", "lan");
        List<String> started = new ArrayList<>();
        // the LAN is asked for each before it is kept
        Await.until(
                "the reserves are full", HEARD_OF, () -> lab.hosts().stream().allMatch(h -> spares(h) >= RESERVE));
        outage.begin(lab);
        try {
            Command.Result run = null;
            for (int i = 0; i < 3 * RESERVE && (run == null || run.exit() == 0); i++) {
                String name = "new" + i;
                run = promptly(
                        "run " + name,
                        () -> docker.run(
                                "run", "-d", "--name", name, "--network", "lan", Docker.IMAGE, "sleep", "100000"));
                if (run.exit() == 0) {
                    started.add(name);
                    lab.assertReachable(docker.ip(name, "lan"));
                }
            }
            assertThat(started).hasSizeGreaterThanOrEqualTo(RESERVE);
            assertThat(String.valueOf(run))
                    .as("the answer after the reserve")
                    .contains("etcd")
                    .contains(Lab.SUBNET);
            assertThat(millisOfLastRefusal()).isLessThan(PROMPT.toMillis());
            if (outage == Outage.CUT) {
                for (int i = 0; i < RESERVE; i++) {
                    lab.host(2).docker().sleeper("theirs" + i, "lan");
                }
            }
        } finally {
            heal(outage);
        }
        docker.sleeper("last", "lan");
        started.forEach(name -> assertThat(docker.isRunning(name)).as(name).isTrue());
        lab.ports().assertAsEnginesKnow();
    }

    private static long spares(Host host) {
        return host.patchbay().list("claims").stream()
                .filter(claim -> claim.path("state").asText().equals("spare")
                        && claim.path("host").asText().equals(host.name()))
                .count();
    }

    private long millisOfLastRefusal() {
        Matcher refused = REFUSED.matcher(host.daemonLog());
        long millis = Long.MAX_VALUE;
        while (refused.find()) {
            millis = Long.parseLong(refused.group(1));
        }
        return millis;
    }

    @ParameterizedTest
    @EnumSource
    void whatWasDoneMeanwhileOutlivesTheDaemon(Outage outage) {
        docker.sleeper("stays", "lan");
        docker.sleeper("stopped", "lan");
        docker.sleeper("removed", "lan");
        outage.begin(lab);
        try {
            prompt("stop", "-t", "0", "stopped");
            prompt("rm", "-f", "removed");
            host.end("patchbay", true);
            host.start("patchbay");
            host.patchbay().call("Plugin.Activate", "");
            Await.untilAsserted(
                    HEARD_OF,
                    () -> assertThat(host.patchbay().callsOver(PROMPT)).isZero());
            lab.assertReachable(docker.ip("stays", "lan"));
        } finally {
            heal(outage);
        }
        docker.ok("start", "stopped");
        lab.ports().assertAsEnginesKnow();
    }

    @ParameterizedTest
    @EnumSource
    void aNetworkRemovedMeanwhileGoesEverywhereAndStaysAway(Outage outage) {
        outage.begin(lab);
        try {
            prompt("network", "rm", "lan");
            assertThat(docker.networkNames()).isEmpty();
            assertThat(lab.host(2).docker().networkNames()).containsExactly("lan");
        } finally {
            outage.end(lab);
        }
        lab.hosts().forEach(h -> h.patchbay().awaitReady(COMES_BACK));
        lab.hosts().forEach(h -> h.docker().awaitNoNetwork("lan", HEARD_OF));
        new Leftovers(lab).assertNothing();
        // whoever made this one has looked at every name since
        lab.host(2).docker().network("after", "10.78.0.0/24", "--gateway", "10.78.0.1");
        lab.hosts().forEach(h -> h.docker().awaitNetwork("after", COMES_BACK));
        lab.hosts().forEach(h -> assertThat(h.docker().networkNames()).containsExactly("after"));
    }
}
