package io.patchbay.core.enginesync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.link.Links;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.Lans;
import io.patchbay.core.testkit.Sharing;
import io.patchbay.core.testkit.World;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records of a version that guessed gateways and wrote them like named ones. */
final class OldGuessesTest {
    /** What the old version guessed. */
    private static final String GUESS = "10.77.0.1";

    private static final NetworkPlan TRUE_ROUTER = NetworkPlan.of(World.LAN).withGateway("10.77.0.254");

    private final World h1 = new World(Sharing.OFF);
    private final World h2 = h1.neighbour("h2");

    @BeforeEach
    void guess() {
        for (World host : List.of(h1, h2)) {
            host.links.addRoute(new Links.Route(Subnet.parse("0.0.0.0/0"), 1, Optional.of(IpAddress.parse(GUESS))));
        }
    }

    @AfterEach
    void close() {
        h2.close();
        h1.close();
    }

    /** What the records say of guesses the old version did not write. */
    private void writeAsOld() {
        for (String kind : List.of("pools/", "users/", "networks/")) {
            h1.store().list(kind).entries().forEach(entry -> {
                String old = entry.value()
                        .text()
                        .replace(",\"guessed\":true", "")
                        .replace(",\"guess\":\"" + GUESS + "\"", "");
                h1.store()
                        .commit(Transaction.builder()
                                .put(entry.key(), Value.of(old))
                                .build());
            });
        }
        h1.awaitAllTold();
        assertThatThrownBy(() -> h2.createNetwork(TRUE_ROUTER))
                .hasMessageContaining("contradicts pool 10.77.0.0/24, whose gateway is " + GUESS);
    }

    private Optional<String> wayOut(World host, Network network) {
        return host.driver()
                .network()
                .join(network.id(), host.run(network).endpoint(), "/var/run/docker/netns/again")
                .gateway()
                .map(IpAddress::toString);
    }

    @Test
    void oneThatNobodyNamedGivesWayOnceItsHostsHaveAskedTheirEngines() {
        h1.engine.create(Lans.LAN);
        h2.engine.create(Lans.lan("other", World.LAN));
        writeAsOld();
        h1.engineRound();
        h1.awaitAllTold();
        assertThatThrownBy(() -> h2.createNetwork(TRUE_ROUTER))
                .as("the other host may have been told it by name")
                .hasMessageContaining("contradicts");
        h2.engineRound();
        h1.awaitAllTold();
        h2.createNetwork(TRUE_ROUTER);
        h1.awaitAllTold();
        assertThat(wayOut(h1, (Network) h1.engine.made("lan"))).contains("10.77.0.254");
        assertThat(wayOut(h2, (Network) h2.engine.made("other"))).contains("10.77.0.254");
    }

    @Test
    void oneThatSomebodyNamedStays() {
        h1.engine.create(Lans.LAN);
        h2.createNetwork(NetworkPlan.of(World.LAN).withGateway(GUESS));
        writeAsOld();
        h1.engineRound();
        h2.engineRound();
        h1.awaitAllTold();
        assertThatThrownBy(() -> h1.createNetwork(TRUE_ROUTER)).hasMessageContaining("contradicts");
    }

    @Test
    void whatIsKnownCostsNoTransaction() {
        h1.engine.create(Lans.LAN);
        writeAsOld();
        h1.engineRound();
        long before = h1.store().commits();
        h1.engineRound();
        assertThat(h1.store().commits()).isEqualTo(before);
    }
}
