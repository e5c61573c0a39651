package io.patchbay.core.fsck;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.link.Links.ForwardingEntry;
import io.patchbay.core.network.Macs;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Damage in a container's namespace, and to what a bridge knows of where the container is. */
final class SandboxDamageTest extends DamagedHost {
    private static final MacAddress OTHER = MacAddress.parse("02:11:22:33:44:55");

    private MacAddress mac() {
        return Macs.ofContainer(List.of(web.address()), web.endpoint());
    }

    private void configure(MacAddress mac, boolean up, Cidr... addresses) {
        world.links.configure(web.hostEnd() + "c", mac, up, List.of(addresses));
    }

    @Test
    void aContainerWithoutItsAddress() {
        configure(mac(), true);
        assertFound(DisagreementClass.SANDBOX_WITHOUT_ADDRESS);
    }

    @Test
    void aContainerWithAnAddressThatNobodyGaveIt() {
        configure(mac(), true, web.address(), Cidr.parse("10.77.0.99/24"));
        assertFound(DisagreementClass.SANDBOX_WITH_OTHER_ADDRESS);
    }

    @Test
    void aContainerWithAnAddressThatIsAnothers() {
        configure(mac(), true, web.address(), db.address());
        assertFound(DisagreementClass.SANDBOX_WITH_OTHER_ADDRESS);
    }

    @Test
    void anAuxAddressMayMoveFromContainerToContainer() {
        configure(mac(), true, web.address(), Cidr.parse("10.77.0.5/24"), Cidr.parse("172.30.0.1/24"));
        assertFound();
    }

    @Test
    void aContainerWithAnotherMac() {
        configure(OTHER, true, web.address());
        assertFound(DisagreementClass.SANDBOX_MAC);
    }

    @Test
    void aContainerWhoseInterfaceIsDown() {
        configure(mac(), false, web.address());
        assertFound(DisagreementClass.SANDBOX_DOWN);
    }

    private int index(String name) {
        return world.links.find(name).orElseThrow().index();
    }

    @Test
    void aBridgeThatWasToldThatTheContainerIsElsewhere() {
        world.links.addForwarding(new ForwardingEntry(index("eth0"), mac(), true));
        assertFound(DisagreementClass.FORWARDING_ASTRAY);
    }

    @Test
    void aBridgeThatHasHeardTheContainerElsewhere() {
        world.links.addForwarding(new ForwardingEntry(index("eth0"), mac(), false));
        world.links.addForwarding(new ForwardingEntry(index(web.hostEnd()), mac(), false));
        assertFound(DisagreementClass.FORWARDING_ASTRAY);
    }
}
