package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.cluster.Operations.Reserved;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.inspect.Inspection.PoolView;
import io.patchbay.core.inspect.Inspection.ReservedRange;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReservationsTest {
    private static final String SMALL = "10.77.0.0/29";

    private final World h1 = new World();

    @AfterEach
    void end() {
        h1.close();
    }

    private Reserved reserve(String pool, String range) {
        return h1.driver().cluster().reserve(pool, Optional.empty(), AddressRange.parse(range), "printers");
    }

    private void unreserve(String pool, String range) {
        h1.driver().cluster().unreserve(pool, Optional.empty(), AddressRange.parse(range));
    }

    private PoolView onlyPool(World world) {
        assertThat(world.driver().inspection().pools()).hasSize(1);
        return world.driver().inspection().pools().get(0);
    }

    private void refused(Runnable doing, Kind kind, String sentence) {
        assertThatThrownBy(doing::run)
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(sentence);
    }

    @Test
    void dynamicAllocationStaysOutOnEveryHost() {
        try (World h2 = h1.neighbour("h2")) {
            Network network = h2.createNetwork(NetworkPlan.of(SMALL).withGateway("10.77.0.6"));
            Await.until(
                    "h1 knows the pool", () -> h1.driver().inspection().pools().size() == 1);
            reserve(SMALL, "10.77.0.1-10.77.0.3");
            Await.until(
                    "h2 knows the range", () -> !onlyPool(h2).reservedRanges().isEmpty());
            Set<String> given = new HashSet<>();
            given.add(h2.run(network).ip().toString());
            given.add(h2.run(network).ip().toString());
            assertThat(given).containsExactlyInAnyOrder("10.77.0.4", "10.77.0.5");
            refused(
                    () -> h2.run(network),
                    Kind.EXHAUSTED,
                    "of 6 addresses, 2 are claimed by containers and 4 are gateway, aux or reserved");
            assertThat(h2.run(network, "10.77.0.2").ip()).hasToString("10.77.0.2");
        }
    }

    @Test
    void poolsShowTheRangeItsNoteAndWhatIsLeft() {
        h1.createNetwork(NetworkPlan.of(SMALL).withGateway("10.77.0.1"));
        reserve(SMALL, "10.77.0.1-10.77.0.3");
        PoolView pool = onlyPool(h1);
        assertThat(pool.reservedRanges()).containsExactly(new ReservedRange("10.77.0.1-10.77.0.3", "printers"));
        assertThat(pool.use().reserved()).isEqualTo(3);
        assertThat(pool.use().free()).isEqualTo(3);
    }

    @Test
    void whoHoldsAnAddressKeepsItAndIsNamed() {
        Network network = h1.createNetwork(NetworkPlan.of(SMALL).withGateway("10.77.0.6"));
        h1.run(network, "10.77.0.2");
        assertThat(reserve(SMALL, "10.77.0.1-10.77.0.6").holders())
                .hasSize(2)
                .anySatisfy(s -> assertThat(s).contains("10.77.0.2 is held by a container of host h1"))
                .anySatisfy(s -> assertThat(s).contains("10.77.0.6 is held by the networks, as gateway address"));
        assertThat(h1.claim("10.77.0.2")).isPresent();
    }

    @Test
    void aHeldAddressIsNotGivenAgainOnceItIsReserved() {
        Network network = h1.createNetwork(NetworkPlan.of(SMALL).withGateway("10.77.0.6"));
        Container container = h1.run(network);
        String address = container.ip().toString();
        h1.stop(container);
        reserve(SMALL, address);
        assertThat(h1.run(network).ip()).isNotEqualTo(IpAddress.parse(address));
    }

    @Test
    void aRangeNeedsNoNetworkAndOutlivesTheLastOne() {
        reserve(SMALL, "10.77.0.1-10.77.0.2");
        h1.removeNetwork(h1.createNetwork(NetworkPlan.of(SMALL).withGateway("10.77.0.6")));
        assertThat(onlyPool(h1).reservedRanges()).hasSize(1);
        assertThat(onlyPool(h1).gateways()).isEmpty();
        unreserve(SMALL, "10.77.0.1-10.77.0.2");
        assertThat(h1.driver().inspection().pools()).isEmpty();
        assertThat(h1.createNetwork(NetworkPlan.of("10.77.0.0/16")).id()).isNotEmpty();
    }

    @Test
    void aPoolIsNamedByItsNameItsSubnetOrANetwork() {
        Network network = h1.createNetwork(NetworkPlan.of(SMALL).withGateway("10.77.0.6"));
        assertThat(reserve("default~10.77.0.0_29", "10.77.0.1").pool()).isEqualTo("default~10.77.0.0_29");
        assertThat(reserve(network.id().substring(0, 8), "10.77.0.2").range()).isEqualTo("10.77.0.2");
        refused(() -> reserve("lan", "10.77.0.2"), Kind.NOT_FOUND, "there is no network \"lan\"");
        refused(() -> reserve(SMALL, "10.77.0.9"), Kind.INVALID, "does not lie in pool 10.77.0.0/29");
        refused(() -> reserve(SMALL, "10.77.0.2-10.77.0.3"), Kind.CONFLICT, "overlaps the reserved range 10.77.0.2");
        refused(() -> unreserve(SMALL, "10.77.0.1-10.77.0.2"), Kind.NOT_FOUND, "reserved are: [10.77.0.1, 10.77.0.2]");
        refused(() -> reserve("10.77.0/29", "10.77.0.2"), Kind.INVALID, "names no pool");
    }

    @Test
    void equalSubnetsOnTwoLansAreToldApart() {
        h1.createNetwork(NetworkPlan.of(SMALL).withIpamOptions(Map.of("io.patchbay.segment", "lab")));
        h1.createNetwork(NetworkPlan.of(SMALL));
        refused(() -> reserve(SMALL, "10.77.0.2"), Kind.CONFLICT, "names several pools");
        Reserved reserved =
                h1.driver().cluster().reserve(SMALL, Optional.of("lab"), AddressRange.parse("10.77.0.2"), "");
        assertThat(reserved.pool()).isEqualTo("lab~10.77.0.0_29");
    }

    @Test
    void theSameRangeAgainHasTheNewNote() {
        reserve(SMALL, "10.77.0.1");
        h1.driver().cluster().reserve(SMALL, Optional.empty(), AddressRange.parse("10.77.0.1"), "the old printer");
        assertThat(onlyPool(h1).reservedRanges()).containsExactly(new ReservedRange("10.77.0.1", "the old printer"));
    }
}
