package io.patchbay.core.fsck;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.link.VethSpec;
import io.patchbay.core.network.Macs;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Damage to what the kernel has. */
final class KernelDamageTest extends DamagedHost {
    private static final MacAddress MAC = MacAddress.parse("02:50:00:00:00:01");

    private String makeLink(String id) {
        String name = "pb-" + id.substring(0, 11);
        world.links.createVeth(new VethSpec(
                name, name + "c", "br0", id, Macs.ofHostEnd(id), MAC, OptionalInt.empty(), OptionalInt.empty()));
        return name;
    }

    @Test
    void aLinkThatNoEndpointHas() {
        makeLink(world.newId());
        assertMends(DisagreementClass.LINK_WITHOUT_ENDPOINT, DisagreementClass.LINK_WITHOUT_ENDPOINT);
    }

    @Test
    void aLinkThatNoEndpointHasGoesOnWish() {
        makeLink(world.newId());
        List<Disagreement> found =
                assertFound(DisagreementClass.LINK_WITHOUT_ENDPOINT, DisagreementClass.LINK_WITHOUT_ENDPOINT);
        Disagreement one = found.get(0);
        org.assertj.core.api.Assertions.assertThat(
                        world.driver().fsck().repair(List.of(new Wanted(one.of().word(), one.host(), one.subject()))))
                .extracting(Outcome::result)
                .containsExactly(Outcome.Result.REPAIRED);
        assertFound();
    }

    @Test
    void aContainersLinkThatTheStoreDoesNotKnow() {
        String name = makeLink(world.newId());
        world.links.moveToSandbox(name + "c");
        assertFound(DisagreementClass.UNKNOWN_LINK);
    }

    @Test
    void aBridgeThatNoNetworkHas() {
        world.links.ensureBridge(
                new BridgeSpec("pb-0123456789ab", MAC, OptionalInt.empty(), Optional.of("patchbay-network:x")));
        assertMends(DisagreementClass.BRIDGE_WITHOUT_NETWORK);
    }

    @Test
    void aBridgeThatNoNetworkHasGoesOnWish() {
        world.links.ensureBridge(
                new BridgeSpec("pb-0123456789ab", MAC, OptionalInt.empty(), Optional.of("patchbay-network:x")));
        assertRepaired(DisagreementClass.BRIDGE_WITHOUT_NETWORK);
    }

    @Test
    void aLinkOffItsBridge() {
        world.links.setMaster(web.hostEnd(), Optional.empty());
        assertFound(DisagreementClass.CONTAINER_LINK);
    }

    @Test
    void aLinkOnAnotherBridge() {
        world.addBridge("br1");
        world.links.setMaster(web.hostEnd(), Optional.of("br1"));
        assertRepaired(DisagreementClass.CONTAINER_LINK);
    }

    @Test
    void aLinkThatIsDown() {
        world.links.setUp(web.hostEnd(), false);
        assertRepaired(DisagreementClass.CONTAINER_LINK);
    }

    @Test
    void aLinkThatItsBridgeBlocks() {
        world.links.block(web.hostEnd());
        assertFound(DisagreementClass.LINK_BLOCKED);
    }

    @Test
    void aLinkThatSaysItIsAnothers() {
        world.links.setAlias(web.hostEnd(), "patchbay:" + "f".repeat(64));
        assertFound(DisagreementClass.LINK_OF_OTHER_ENDPOINT);
    }

    @Test
    void aLinkThatSaysNothing() {
        world.links.setAlias(web.hostEnd(), "");
        assertFound(DisagreementClass.LINK_OF_OTHER_ENDPOINT);
    }

    @Test
    void aLinkWithAnotherMac() {
        world.links.setMac(web.hostEnd(), MAC);
        assertFound(DisagreementClass.LINK_MAC);
    }

    @Test
    void aContainersMacOnTheHostsNic() {
        world.links.setMac("eth0", Macs.ofContainer(List.of(web.address()), web.endpoint()));
        assertFound(DisagreementClass.MAC_OF_HOST);
    }

    @Test
    void aSandboxThatIsGone() {
        world.links.destroySandbox(web.hostEnd());
        world.engine.removeContainer("lan", "web");
        assertMends(DisagreementClass.ENDPOINT_WITHOUT_LINK);
    }

    @Test
    void aSandboxThatIsGoneIsForgottenOnWish() {
        world.links.destroySandbox(web.hostEnd());
        world.engine.removeContainer("lan", "web");
        assertRepaired(DisagreementClass.ENDPOINT_WITHOUT_LINK);
    }

    @Test
    void aContainersEndThatLiesOnTheHost() {
        world.links.moveBack(web.hostEnd() + "c");
        world.engine.removeContainer("lan", "web");
        assertMends(DisagreementClass.ENDPOINT_OUT_OF_SANDBOX);
    }

    @Test
    void aBridgeThatIsGone() {
        world.links.removeForeign("br0");
        assertFound(DisagreementClass.BRIDGE, DisagreementClass.CONTAINER_LINK);
    }
}
