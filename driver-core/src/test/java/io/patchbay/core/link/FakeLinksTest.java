package io.patchbay.core.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FakeLinksTest extends LinksContract {
    private final FakeLinks links = new FakeLinks();

    @Override
    protected Links links() {
        return links;
    }

    @Override
    protected void givenForeignLink(String name) {
        links.addForeign(name, MacAddress.parse("02:00:00:00:00:77"), Optional.empty());
    }

    @Override
    protected void removeForeignLink(String name) {
        links.removeForeign(name);
    }

    @Override
    protected void bringUp(String containerEnd) {
        links.setUp(containerEnd, true);
    }

    @Override
    protected void speak(String containerEnd, IpAddress address, MacAddress mac) {
        links.say(BRIDGE, new Sighting.Station(address, mac, true));
    }

    @Test
    void aSandboxTakesTheContainerEndGivesCarrierAndEndsWithThePair() {
        links.ensureBridge(BRIDGE_SPEC);
        links.createVeth(spec("1"));
        links.moveToSandbox("pb-c1");
        assertThat(links.find("pb-c1")).isEmpty();
        assertThat(links.find("pb-h1")).hasValueSatisfying(host -> {
            assertThat(host.carrier()).isTrue();
            assertThat(host.peerElsewhere()).isTrue();
            assertThat(host.portState()).hasValue(3);
        });
        links.moveBack("pb-c1");
        assertThat(links.find("pb-c1")).isPresent();
        assertThat(links.find("pb-h1"))
                .hasValueSatisfying(host -> assertThat(host.carrier()).isFalse());
        links.moveToSandbox("pb-c1");
        links.destroySandbox("pb-h1");
        assertThat(links.find("pb-h1")).isEmpty();
    }

    @Test
    void aVerbFailsOnceAndThenWorks() {
        IllegalStateException planned = new IllegalStateException("planned");
        links.failNext(FakeLinks.Verb.ENSURE_BRIDGE, planned);
        assertThatThrownBy(() -> links.ensureBridge(BRIDGE_SPEC)).isSameAs(planned);
        assertThat(links.ensureBridge(BRIDGE_SPEC).up()).isTrue();
    }
}
