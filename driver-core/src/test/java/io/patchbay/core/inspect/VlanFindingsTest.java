package io.patchbay.core.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.link.FakeLinks;
import io.patchbay.core.link.Link.BridgeSettings;
import io.patchbay.core.link.Links.PortVlan;
import io.patchbay.core.link.VethSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A bridge that filters by VLAN: the kernels that tests run on may be none that can. */
final class VlanFindingsTest {
    private static final MacAddress MAC = MacAddress.parse("02:77:00:00:00:01");

    private final FakeLinks links = new FakeLinks();
    private final int bridge;
    private final int uplink;
    private final int port;

    VlanFindingsTest() {
        links.ensureBridge(new BridgeSpec("br0", MAC, OptionalInt.empty(), Optional.empty()));
        bridge = links.find("br0").orElseThrow().index();
        uplink = links.addForeign("eth0", MAC, Optional.of("br0")).index();
        port = links.createVeth(
                        new VethSpec("pb-h1", "pb-c1", "br0", "e", MAC, MAC, OptionalInt.empty(), OptionalInt.empty()))
                .host()
                .index();
    }

    private List<Finding> find(boolean filtering, int defaultPvid, PortVlan... vlans) {
        links.setBridge("br0", new BridgeSettings(false, 0, filtering, defaultPvid, false));
        List.of(vlans).forEach(links::addVlan);
        return VlanFindings.of(links.find("br0").orElseThrow(), links.list(), links.portVlans());
    }

    private static PortVlan vlan(int port, int first, int last, boolean pvid) {
        return new PortVlan(port, first, last, pvid);
    }

    @Test
    void nothingIsSaidOfABridgeThatDoesNotFilter() {
        assertThat(find(false, 0)).isEmpty();
    }

    @Test
    void allIsWellWhereTheUplinkIsInTheContainersVlan() {
        assertThat(find(true, 1, vlan(bridge, 1, 1, true), vlan(uplink, 1, 1, true), vlan(port, 1, 1, true)))
                .isEmpty();
    }

    @Test
    void anUplinkMayCarryItWithOthersAndATag() {
        assertThat(find(true, 20, vlan(bridge, 20, 20, true), vlan(uplink, 10, 30, false), vlan(port, 20, 20, true)))
                .isEmpty();
    }

    @Test
    void aBridgeThatGivesNoVlanFails() {
        assertThat(find(true, 0, vlan(uplink, 1, 1, true), vlan(port, 1, 1, true)))
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.severity()).isEqualTo(Severity.FAIL);
                    assertThat(f.message()).contains("br0 filters by VLAN", "default_pvid 0");
                    assertThat(f.advice()).contains("vlan_default_pvid 1");
                });
    }

    @Test
    void anUplinkOutsideOfTheContainersVlanFails() {
        assertThat(find(true, 1, vlan(bridge, 1, 1, true), vlan(uplink, 2, 4094, true), vlan(port, 1, 1, true)))
                .singleElement()
                .satisfies(f -> assertThat(f.message()).startsWith("uplink eth0 of br0 is not in VLAN 1,"));
    }

    @Test
    void aBridgeThatIsNotItselfInItIsWarnedOf() {
        assertThat(find(
                        true,
                        30,
                        vlan(bridge, 1, 1, true),
                        vlan(bridge, 30, 30, false),
                        vlan(uplink, 30, 30, false),
                        vlan(port, 30, 30, true)))
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.severity()).isEqualTo(Severity.WARN);
                    assertThat(f.message()).startsWith("br0 itself is not in VLAN 30 without a tag");
                    assertThat(f.advice()).isEqualTo("bridge vlan add dev br0 vid 30 pvid untagged self");
                });
    }

    @Test
    void aPortWithoutAVlanOfItsOwnFails() {
        assertThat(find(true, 1, vlan(bridge, 1, 1, true), vlan(uplink, 1, 1, true), vlan(port, 1, 1, false)))
                .singleElement()
                .satisfies(f -> assertThat(f.message()).contains("(pvid): pb-h1; what these containers send"));
    }
}
