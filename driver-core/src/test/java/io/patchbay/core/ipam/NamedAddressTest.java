package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Lans;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Something on the LAN takes an address that a container asks for by name, while the container does not run. */
@Timeout(60)
final class NamedAddressTest extends SharedLan {
    private static final String FIXED = "10.77.0.77";

    /** One that the engine knows, too. */
    private Network made() {
        h1.engine.create(Lans.ranged("lan", RANGE));
        return (Network) h1.engine.made("lan");
    }

    private void round() {
        h1.time.pass(Duration.ofSeconds(31));
        look();
        h1.engineRound();
    }

    /** docker run leaves a container that could not be started. */
    @Test
    void theContainerThatWasRefusedItDoesNotGetItTheNextTime() {
        Network network = made();
        onTheLan(FIXED, PRINTER);
        refused(h1, network, FIXED, PRINTER, "h1");
        h1.engine.fix("web", network.id(), FIXED);
        for (int i = 0; i < 4; i++) {
            round();
            assertThat(h1.claim(FIXED)).isEmpty();
            refused(h1, network, FIXED, PRINTER, "h1");
        }
        offTheLan(FIXED);
        pass(Duration.ofMinutes(7));
        round();
        assertThat(h1.claim(FIXED)).isPresent();
        assertThat(h1.run(network, FIXED).ip()).hasToString(FIXED);
    }

    /** Compose starts all at once, and asking takes a moment: the address of the one went to the other. */
    @Test
    void whileTheLanIsAskedItIsGivenToNobodyElse() {
        Network network = network(h1);
        List<Container> others = new ArrayList<>();
        h1.links.duringNextProbe(() -> others.add(h1.run(network)));
        assertThat(h1.run(network, "10.77.0.16").ip()).hasToString("10.77.0.16");
        assertThat(others).singleElement().satisfies(c -> assertThat(c.ip()).hasToString("10.77.0.17"));
    }

    @Test
    void whatAStoppedContainerHasIsAskedForBeforeItStarts() {
        Network network = made();
        h1.engine.fix("web", network.id(), FIXED);
        h1.stop(h1.run(network, FIXED));
        onTheLan(FIXED, PRINTER);
        for (int i = 0; i < 4; i++) {
            round();
        }
        assertThat(h1.claim(FIXED)).isPresent();
        refused(h1, network, FIXED, PRINTER, "h1");
        round();
        assertThat(why(h2, FIXED).standing()).isEqualTo("quarantined");
        refused(h1, network, FIXED, PRINTER, "h1");
    }

    /** The engine gives back what was in use when the power went, and asks for it again at once. */
    @Test
    void afterAPowerCutItIsAskedForToo() {
        Network network = made();
        Container container = h1.run(network, FIXED);
        h1.restartDaemonAlone();
        look();
        onTheLan(FIXED, PRINTER);
        h1.stop(container);
        var given = h1.requestAddress(network.poolId(), FIXED);
        String endpoint = h1.newId();
        h1.createEndpoint(network, endpoint, given);
        look();
        assertThatThrownBy(() -> h1.driver().network().join(network.id(), endpoint, "/var/run/docker/netns/x"))
                .hasMessageContaining("address " + FIXED)
                .hasMessageContaining(PRINTER.toString());
    }
}
