package io.patchbay.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import io.patchbay.e2e.lab.Switch.Said;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code --dead-host-after}: what becomes of the addresses of a host that has gone, and of one that is still on the
 * LAN.
 */
@InLab(
        hosts = 3,
        value = {Options.DEAD_HOSTS})
final class DeadHostTest {
    /** The lease, the time that is set, a look every five seconds, and a busy machine. */
    private static final Duration DECIDED = Duration.ofMinutes(2);

    private static final Duration COMES_BACK = Duration.ofSeconds(60);
    private static final String ADDRESS = Lab.NET + ".40";

    private final Lab lab;
    private final Host third;

    DeadHostTest(Lab lab) {
        this.lab = lab;
        this.third = lab.host(3);
    }

    @BeforeEach
    void container() {
        awaitAnswering(0);
        lab.lanEverywhere("lan");
        third.docker().sleeper("c1", "lan", "--ip", ADDRESS);
        lab.assertReachable(ADDRESS);
    }

    private static boolean isClaimed(Host asked) {
        return asked.patchbay().list("claims").stream()
                .anyMatch(claim -> claim.path("address").asText().equals(ADDRESS));
    }

    private static long answering(Host asked, String host) {
        for (JsonNode row : asked.patchbay().list("hosts")) {
            if (row.path("host").asText().equals(host)) {
                return row.path("answering").asLong();
            }
        }
        return 0;
    }

    /**
     * For so many of its addresses both others have heard an answer when they asked the LAN. What was heard while it
     * was gone is forgotten a look after it is back.
     */
    private void awaitAnswering(int addresses) {
        for (Host asked : List.of(lab.host(1), lab.host(2))) {
            Await.until(
                    asked + " has heard answers for so many addresses of " + third.name() + ": " + addresses,
                    DECIDED,
                    () -> answering(asked, third.name()) == addresses,
                    asked::daemonLog);
        }
    }

    private void assertKept() {
        assertThat(isClaimed(lab.host(1))).as("the address is claimed").isTrue();
        lab.host(1).docker().refuses(third.name(), Docker.trial("lan", "--ip", ADDRESS));
        lab.assertReachable(ADDRESS);
        assertThat(lab.ports().saidOf(ADDRESS))
                .as("who claimed %s on the LAN", ADDRESS)
                .extracting(Said::port)
                .containsOnly(String.valueOf(third.number()));
    }

    private void assertAsBefore() {
        third.patchbay().awaitReady(COMES_BACK);
        Await.until(
                "it is alive again",
                COMES_BACK,
                () -> lab.host(1).patchbay().list("hosts").stream()
                        .allMatch(row -> row.path("status").asText().equals("alive")));
        Await.untilAsserted(COMES_BACK, () -> new Leftovers(lab).assertAsEngineKnows());
        assertThat(third.docker().ip("c1", "lan")).isEqualTo(ADDRESS);
        lab.ports().assertAsEnginesKnow();
    }

    @Test
    void theAddressOfAHostWithoutPowerIsFreeForAnotherAlsoWhenItComesBackWithoutEtcd() {
        Host second = lab.host(2);
        lab.crash(third);
        try {
            second.docker().refuses(third.name(), Docker.trial("lan", "--ip", ADDRESS));
            Await.until("the address is free", DECIDED, () -> !isClaimed(second), lab::daemonLog);
            second.docker().sleeper("heir", "lan", "--ip", ADDRESS);
            lab.assertReachable(ADDRESS);
            lab.ports().assertAsEnginesKnow(third);
            lab.etcd().kill();
        } finally {
            third.boot();
        }
        try {
            third.docker().refuses(ADDRESS + " is that of a station on the LAN", "start", "c1");
            lab.ports().assertNoDuplicates(List.of(ADDRESS));
        } finally {
            lab.etcd().start();
        }
        third.patchbay().awaitReady(COMES_BACK);
        third.docker().refuses(second.name(), "start", "c1");
        Await.untilAsserted(COMES_BACK, () -> new Leftovers(lab).assertAsEngineKnows());
        lab.ports().assertAsEnginesKnow();
    }

    @Test
    void theAddressOfAHostThatLostItsDaemonOnlyIsKept() {
        third.end("patchbay", true);
        third.end("etcd", true);
        try {
            awaitAnswering(1);
            assertKept();
        } finally {
            third.start("etcd");
            third.start("patchbay");
        }
        assertAsBefore();
    }

    @Test
    void theAddressOfAHostThatLostEtcdButNotTheLanIsKept() {
        third.cutFromEtcd();
        try {
            awaitAnswering(1);
            assertKept();
        } finally {
            third.mend();
        }
        assertAsBefore();
    }
}
