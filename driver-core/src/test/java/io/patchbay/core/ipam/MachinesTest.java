package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.inspect.Inspection.AddressView;
import io.patchbay.core.link.FakeLinks;
import io.patchbay.core.link.Links.LinkAddress;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No container gets an address that a host or the store has. */
@Timeout(60)
final class MachinesTest {
    private static final String SMALL = "10.77.0.0/29";

    private final World h1 = new World();

    @AfterEach
    void end() {
        h1.close();
    }

    private static void has(World host, String address) {
        int bridge = host.links.find("br0").orElseThrow().index();
        host.links.addAddress(new LinkAddress(bridge, Cidr.parse(address)));
        host.time.pass(Duration.ofSeconds(1));
    }

    private AddressView why(String address) {
        return h1.driver()
                .inspection()
                .why(IpAddress.parse(address), Optional.empty())
                .get(0);
    }

    private void refused(Network network, String address, String whose) {
        assertThatThrownBy(() -> h1.run(network, address))
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
                .hasMessageContaining("address " + address)
                .hasMessageEndingWith(" is " + whose + "; a container that has it would cut it off");
    }

    @Test
    void anAddressOfThisHostIsStoodUpForAtOnce() {
        Network network = h1.createNetwork(NetworkPlan.of(SMALL).withGateway("10.77.0.6"));
        has(h1, "10.77.0.1/29");
        has(h1, "10.77.0.3/29");
        assertThat(h1.run(network).ip()).hasToString("10.77.0.2");
        assertThat(h1.run(network).ip()).hasToString("10.77.0.4");
        assertThat(h1.run(network).ip()).hasToString("10.77.0.5");
        assertThatThrownBy(() -> h1.run(network))
                .hasMessageContaining(
                        "3 are claimed by containers and 1 are gateway, aux or reserved, 2 are machines'");
        refused(network, "10.77.0.3", "host h1's own address");
        assertThat(why("10.77.0.3").standing()).isEqualTo("machine");
        assertThat(why("10.77.0.3").message())
                .isEqualTo(
                        "no container holds 10.77.0.3 of pool 10.77.0.0/29, and none is ever given it: it is host h1's"
                                + " own address");
    }

    @Test
    void anAddressOfAnotherHostIsToo() {
        Network network = h1.createNetwork(NetworkPlan.of(SMALL).withGateway("10.77.0.6"));
        try (World h2 = h1.neighbour("h2")) {
            has(h2, "10.77.0.1/29");
            h2.driver().cluster().tick();
            Await.until(
                    "h1 knows h2's address",
                    () -> h1.driver().inspection().hosts().stream()
                            .anyMatch(h -> h.addresses().contains("10.77.0.1/29")));
            assertThat(h1.run(network).ip()).hasToString("10.77.0.2");
            refused(network, "10.77.0.1", "host h2's own address");
        }
        // also while that host is away
        Await.until(
                "h1 knows that h2 is dead",
                () -> h1.driver().inspection().hosts().stream()
                        .anyMatch(h -> h.host().equals("h2") && h.status().equals("dead")));
        refused(
                network,
                "10.77.0.1",
                "the address of host h2, which is dead; 'patchbay host forget h2' if it is gone for good");
    }

    @Test
    void theStoreIsAMachineToo() {
        Network network = h1.createNetwork(NetworkPlan.of("10.99.0.8/29").withGateway("10.99.0.14"));
        assertThat(h1.run(network).ip()).hasToString("10.99.0.10");
        refused(network, "10.99.0.9", "the address of a member of etcd (--store)");
    }

    @Test
    void aGatewayMayBeOneOfThem() {
        Network routed = h1.createNetwork(NetworkPlan.of("10.78.0.0/29").withGateway("10.78.0.1"));
        has(h1, "10.78.0.1/29");
        assertThat(h1.run(routed).ip()).hasToString("10.78.0.2");
        assertThat(why("10.78.0.1").message()).contains("is the gateway").endsWith("; it is host h1's own address");
        has(h1, "10.79.0.3/29");
        h1.createNetwork(NetworkPlan.of("10.79.0.0/29").withAux(Map.of("host", "10.79.0.3")));
    }

    @Test
    void aHeldOrSpareAddressThatAHostHasTakenIsNotGiven() {
        Network network = h1.createNetwork(NetworkPlan.of(SMALL).withGateway("10.77.0.6"));
        h1.stop(h1.run(network));
        has(h1, "10.77.0.1/29");
        assertThat(h1.run(network).ip()).hasToString("10.77.0.2");
    }

    @Test
    void oneThatIsOnALanOfItsOwnMayHaveTheSameAddress() {
        Network network = h1.createNetwork(NetworkPlan.of(SMALL).withGateway("10.77.0.6"));
        try (World h2 = h1.neighbour("h2")) {
            h2.createNetwork(NetworkPlan.of(SMALL)
                    .withGateway("10.77.0.6")
                    .withIpamOptions(Map.of("io.patchbay.segment", "other")));
            has(h2, "10.77.0.1/29");
            h2.driver().cluster().tick();
            Await.until(
                    "h1 knows h2's address",
                    () -> h1.driver().inspection().hosts().stream()
                            .anyMatch(h -> h.addresses().contains("10.77.0.1/29")));
            assertThat(h1.run(network).ip()).hasToString("10.77.0.1");
        }
    }

    @Test
    void aKernelThatDoesNotTellKeepsNothingFromBeingGiven() {
        Network network = h1.createNetwork(NetworkPlan.of(SMALL).withGateway("10.77.0.6"));
        h1.links.failNext(FakeLinks.Verb.ADDRESSES, new PatchbayException(Kind.KERNEL, "ENOBUFS"));
        assertThat(h1.run(network).ip()).hasToString("10.77.0.1");
    }

    private void kernelDoesNotTell(World host) {
        host.time.pass(Duration.ofSeconds(1));
        host.links.failNext(FakeLinks.Verb.ADDRESSES, new PatchbayException(Kind.KERNEL, "ENOBUFS"));
    }

    @Test
    void whatWasKnownHoldsWhileTheKernelDoesNotTell() {
        Network network = h1.createNetwork(NetworkPlan.of(SMALL).withGateway("10.77.0.6"));
        has(h1, "10.77.0.1/29");
        assertThat(h1.run(network).ip()).hasToString("10.77.0.2");
        kernelDoesNotTell(h1);
        refused(network, "10.77.0.1", "host h1's own address");
    }

    @Test
    void soDoesWhatTheHostSaidOfItselfBefore() {
        Network network = h1.createNetwork(NetworkPlan.of(SMALL).withGateway("10.77.0.6"));
        has(h1, "10.77.0.1/29");
        h1.driver().cluster().tick();
        h1.restartDaemon();
        kernelDoesNotTell(h1);
        refused(network, "10.77.0.1", "host h1's own address");
    }

    @Test
    void theKernelIsNotAskedForEachAddress() {
        try (World away = World.ofCluster(5)) {
            Network network = away.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.254"));
            away.driver().reconcile();
            away.line().cut();
            Await.until("the store is away", away::isAway);
            away.time.pass(Duration.ofSeconds(1));
            int before = away.links.calls(FakeLinks.Verb.ADDRESSES);
            away.run(network);
            away.run(network);
            away.run(network);
            assertThat(away.links.calls(FakeLinks.Verb.ADDRESSES) - before).isEqualTo(1);
        }
    }
}
