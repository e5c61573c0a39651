package io.patchbay.core.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.inspect.Inspection.AddressView;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AddressStoryTest {
    private final World h1 = new World();
    private final Network network = h1.createNetwork(NetworkPlan.of(World.LAN)
            .withGateway("10.77.0.254")
            .withRange("10.77.0.128/25")
            .withAux(Map.of("printer", "10.77.0.5")));

    @AfterEach
    void end() {
        h1.close();
    }

    private AddressView why(String address) {
        List<AddressView> stories = h1.driver().inspection().why(IpAddress.parse(address), Optional.empty());
        assertThat(stories).hasSize(1);
        return stories.get(0);
    }

    private String networkOf(String host, Network of) {
        return "network " + of.id().substring(0, 12) + " of host " + host;
    }

    @Test
    void whoHoldsIt() {
        Container container = h1.run(network, "10.77.0.9");
        assertThat(why("10.77.0.9").standing()).isEqualTo("endpoint");
        assertThat(why("10.77.0.9").message())
                .isEqualTo("10.77.0.9 of pool 10.77.0.0/24 is held by a container (endpoint "
                        + container.endpoint().substring(0, 12) + ", network "
                        + network.id().substring(0, 12)
                        + ") on host h1 since 2026-01-01T00:00:00Z. Host h1 is this one");
        h1.stop(container);
        assertThat(why("10.77.0.9").message())
                .isEqualTo("10.77.0.9 of pool 10.77.0.0/24 is kept for a container of host h1 since"
                        + " 2026-01-01T00:00:00Z, which asked for it by name (--ip) and does not run; only --ip gives"
                        + " it to another. Host h1 is this one");
        Container some = h1.run(network);
        h1.stop(some);
        assertThat(why(some.ip().toString()).message())
                .contains("was given back since", "kept for a while for host h1");
        h1.requestAddress(network.poolId(), "10.77.0.10");
        assertThat(why("10.77.0.10").message()).contains("is being given to a container that starts on host h1");
    }

    @Test
    void whetherItsHostIsAlive() {
        World h2 = h1.neighbour("h2");
        h2.run(h2.createNetwork(NetworkPlan.of(World.LAN)), "10.77.0.9");
        Await.until(
                "h1 knows",
                () -> h1.claim("10.77.0.9")
                        .filter(c -> c.state().equals("bound"))
                        .isPresent());
        assertThat(why("10.77.0.9").message()).endsWith("Host h2 is alive");
        h2.close();
        Await.until("h2 is missed", () -> !why("10.77.0.9").message().endsWith("alive"));
        h1.time.pass(Duration.ofMinutes(90));
        assertThat(why("10.77.0.9").message())
                .contains("Host h2 is dead, not seen for ", "1h30m", "'patchbay host forget h2' frees what it held");
    }

    @Test
    void whoNamesGatewayAndAux() {
        try (World h2 = h1.neighbour("h2")) {
            Network other = h2.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.254"));
            Await.until("h1 knows", () -> h1.driver().inspection().networks().size() == 2);
            assertThat(why("10.77.0.254").message())
                    .startsWith("10.77.0.254 of pool 10.77.0.0/24 is the gateway since ")
                    .endsWith("named by " + networkOf("h1", network) + " and " + networkOf("h2", other));
            assertThat(why("10.77.0.5").message())
                    .contains("is an aux address since")
                    .endsWith("named by " + networkOf("h1", network));
        }
    }

    @Test
    void whatKeepsItFromBeingGiven() {
        h1.driver()
                .cluster()
                .reserve(World.LAN, Optional.empty(), AddressRange.parse("10.77.0.20-10.77.0.30"), "printers");
        assertThat(why("10.77.0.21").message())
                .isEqualTo("nobody holds 10.77.0.21; it lies in the reserved range 10.77.0.20-10.77.0.30 (printers)"
                        + " of pool 10.77.0.0/24, so only --ip gives it");
        assertThat(why("10.77.0.40").message()).endsWith("outside the range of every network, so only --ip gives it");
        assertThat(why("10.77.0.140").message()).endsWith("in the range of " + networkOf("h1", network));
        assertThat(why("10.77.0.255").message()).contains("is the broadcast address", "never given");
        assertThat(why("10.99.0.1").message())
                .isEqualTo("nobody holds 10.99.0.1: it lies in no pool; the pools are: 10.77.0.0/24");
        assertThat(why("10.99.0.1").standing()).isEqualTo("outside");
        h1.run(network, "10.77.0.22");
        assertThat(why("10.77.0.22").message())
                .endsWith("it lies in the reserved range 10.77.0.20-10.77.0.30 (printers)");
    }

    @Test
    void everyLanThatHasItIsToldOf() {
        h1.createNetwork(NetworkPlan.of(World.LAN).withIpamOptions(Map.of("io.patchbay.segment", "lab")));
        IpAddress address = IpAddress.parse("10.77.0.9");
        assertThat(h1.driver().inspection().why(address, Optional.empty())).hasSize(2);
        assertThat(h1.driver().inspection().why(address, Optional.of("lab")))
                .singleElement()
                .satisfies(s -> assertThat(s.pool()).contains("lab~10.77.0.0_24"));
    }

    @Test
    void aPoolsUseIsTheSameSeenFromAnyHost() {
        try (World h2 = h1.neighbour("h2")) {
            Network other = h2.createNetwork(NetworkPlan.of(World.LAN));
            h2.stop(h2.run(other));
            h2.run(other);
            h1.run(network);
            h1.driver().cluster().reserve(World.LAN, Optional.empty(), AddressRange.parse("10.77.0.20-10.77.0.23"), "");
            Await.until(
                    "both see the same",
                    () -> h1.driver()
                            .inspection()
                            .pools()
                            .equals(h2.driver().inspection().pools()));
            assertThat(h1.driver().inspection().pools().get(0).use().used()).isEqualTo(2);
            assertThat(h1.driver().inspection().pools().get(0).use().reserved()).isEqualTo(6);
        }
    }
}
