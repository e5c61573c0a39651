package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.NetworkDriver.EndpointRequest;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.JoinGrant;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.contract.NetworkDriver.NetworkSettings;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A network with two subnets of one family; dockerd names the first one's pool whenever it wants some address. */
final class SeveralSubnetsTest {
    private final World world = new World();
    private final String network = world.newId();
    private String first = "";
    private String second = "";

    @BeforeEach
    void make() {
        first = world.requestPool(NetworkPlan.of("10.77.0.0/30"));
        second = world.requestPool(NetworkPlan.of("10.78.0.0/29"));
        List<IpamData> data = new ArrayList<>();
        for (String subnet : List.of("10.77.0.0/30", "10.78.0.0/29")) {
            boolean isFirst = subnet.startsWith("10.77.");
            IpAddress gateway =
                    world.requestGateway(isFirst ? first : second, Optional.of(isFirst ? "10.77.0.1" : "10.78.0.1"));
            data.add(new IpamData(IpamDriver.LOCAL_SPACE, Subnet.parse(subnet), Optional.of(gateway), Map.of()));
        }
        world.driver().network().createNetwork(new NetworkRequest(network, new NetworkSettings(false, Map.of()), data));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private JoinGrant run(Cidr address) {
        String endpoint = world.newId();
        world.driver()
                .network()
                .createEndpoint(new EndpointRequest(network, endpoint, List.of(address), Optional.empty(), Map.of()));
        return world.driver().network().join(network, endpoint, "/" + endpoint);
    }

    @Test
    void whenTheFirstIsFullTheNextOneGivesAddresses() {
        Cidr one = world.requestAddress(first, "");
        assertThat(one).hasToString("10.77.0.2/30");
        assertThat(run(one).gateway()).contains(IpAddress.parse("10.77.0.1"));
        Cidr two = world.requestAddress(first, "");
        assertThat(two).hasToString("10.78.0.2/29");
        assertThat(run(two).gateway()).contains(IpAddress.parse("10.78.0.1"));
        for (int i = 0; i < 4; i++) {
            run(world.requestAddress(first, ""));
        }
        assertThatThrownBy(() -> world.requestAddress(first, ""))
                .hasMessageContaining("no address left in pool 10.77.0.0/30");
    }

    @Test
    void whatIsGivenBackThroughTheFirstIsFree() {
        run(world.requestAddress(first, ""));
        Cidr two = world.requestAddress(first, "");
        world.ipam().releaseAddress(first, two.address());
        assertThat(world.claim("10.78.0.2"))
                .get()
                .satisfies(c -> assertThat(c.state()).isEqualTo("held"));
        assertThat(world.requestAddress(first, "")).isEqualTo(two);
    }

    @Test
    void anAddressByNameComesFromItsOwn() {
        assertThat(world.requestAddress(second, "10.78.0.5")).hasToString("10.78.0.5/29");
    }
}
