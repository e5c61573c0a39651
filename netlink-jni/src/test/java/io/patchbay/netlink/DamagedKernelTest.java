package io.patchbay.netlink;

import static io.patchbay.netlink.InNamespace.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.cluster.HostSettings;
import io.patchbay.core.driver.Driver;
import io.patchbay.core.driver.DriverPorts;
import io.patchbay.core.driver.DriverSettings;
import io.patchbay.core.fsck.Disagreement;
import io.patchbay.core.fsck.Outcome;
import io.patchbay.core.fsck.Wanted;
import io.patchbay.core.inspect.StayLimits;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.link.Link;
import io.patchbay.core.store.MemoryStore;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd;
import io.patchbay.core.testkit.FakeForwarding;
import io.patchbay.core.testkit.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Damage planted in a real kernel, and what fsck says of it. */
@ExtendWith(InNamespace.class)
class DamagedKernelTest {
    private static final MacAddress NIC = MacAddress.parse("02:77:00:00:00:01");

    private final NetlinkLinks links = new NetlinkLinks();
    private Host host;
    private Dockerd.Container web;

    @BeforeEach
    void container() throws IOException {
        links.ensureBridge(new BridgeSpec("lan0", NIC, OptionalInt.empty(), Optional.empty()));
        run("ip", "link", "add", "nic0", "address", NIC.toString(), "type", "veth", "peer", "name", "nic1");
        run("ip", "link", "set", "nic1", "up");
        run("ip", "link", "set", "nic0", "master", "lan0", "up");
        host = new Host();
        web = host.run(host.createNetwork(Dockerd.NetworkPlan.of("10.77.0.0/24")));
        host.time.pass(Duration.ofMinutes(2));
        assertFound();
    }

    @AfterEach
    void remove() {
        host.close();
        links.delete(links.list().stream().filter(Link::isOurs).map(Link::name).toList());
        run("ip", "link", "delete", "lan0");
        run("ip", "link", "delete", "nic0");
    }

    private List<Disagreement> assertFound(String... words) {
        List<Disagreement> found = host.driver.fsck().look().found();
        assertThat(found).extracting(d -> d.of().word()).containsExactlyInAnyOrder(words);
        return found;
    }

    private void assertRepaired(String... words) {
        List<Wanted> wanted = assertFound(words).stream()
                .map(d -> new Wanted(d.of().word(), d.host(), d.subject()))
                .toList();
        assertThat(host.driver.fsck().repair(wanted))
                .extracting(Outcome::result)
                .contains(Outcome.Result.REPAIRED);
        assertFound();
    }

    private String mac() {
        return host.driver.inspection().endpoints().get(0).mac();
    }

    @Test
    void aLinkOffItsBridge() {
        run("ip", "link", "set", web.hostEnd(), "nomaster");
        assertRepaired("container-link");
    }

    @Test
    void aLinkThatIsDown() {
        run("ip", "link", "set", web.hostEnd(), "down");
        assertRepaired("container-link");
    }

    @Test
    void aLinkThatItsBridgeBlocks() {
        run("ip", "link", "set", "lan0", "type", "bridge", "stp_state", "1", "forward_delay", "3000");
        run("ip", "link", "set", web.hostEnd(), "down");
        run("ip", "link", "set", web.hostEnd(), "up");
        assertFound("link-blocked");
    }

    @Test
    void aLinkWithAnotherMac() {
        run("ip", "link", "set", web.hostEnd(), "address", "fe:50:00:00:00:01");
        assertFound("link-mac");
    }

    @Test
    void aLinkWithAnotherAlias() {
        run("ip", "link", "set", web.hostEnd(), "alias", "somebody's");
        assertFound("link-of-other-endpoint");
    }

    @Test
    void linksThatNoEndpointHas() {
        run("ip", "link", "add", "pb-left", "type", "veth", "peer", "name", "pb-leftc");
        assertRepaired("link-without-endpoint", "link-without-endpoint");
    }

    @Test
    void aBridgeThatNoNetworkHas() {
        run("ip", "link", "add", "pb-0123456789ab", "type", "bridge");
        assertRepaired("bridge-without-network");
    }

    @Test
    void aContainersMacOnTheHost() {
        run("ip", "link", "add", "twin0", "address", mac(), "type", "bridge");
        try {
            assertFound("mac-of-host");
        } finally {
            run("ip", "link", "delete", "twin0");
        }
    }

    @Test
    void aSandboxThatIsGone() {
        host.sandbox.close();
        Await.until("the pair's end", () -> links.find(web.hostEnd()).isEmpty());
        assertRepaired("endpoint-without-link");
    }

    @Test
    void aBridgeThatWasToldThatTheContainerIsElsewhere() {
        run("bridge", "fdb", "replace", mac(), "dev", "nic0", "master", "static", "sticky");
        assertThat(assertFound("forwarding-astray").get(0).evidence()).contains("nic0, as somebody fixed it");
    }

    @Test
    void aContainerWithoutItsAddress() {
        host.sandbox.run("ip", "address", "flush", "dev", "eth0");
        assertFound("sandbox-without-address");
    }

    @Test
    void aContainerWithAnotherAddress() {
        host.sandbox.run("ip", "address", "add", "10.77.0.99/24", "dev", "eth0");
        assertFound("sandbox-with-other-address");
    }

    @Test
    void aContainerWithAnotherMac() {
        host.sandbox.run("ip", "link", "set", "eth0", "address", "02:11:22:33:44:55");
        assertFound("sandbox-mac", "duplicate-address");
    }

    @Test
    void aContainerWhoseInterfaceIsDown() {
        host.sandbox.run("ip", "link", "set", "eth0", "down");
        assertFound("sandbox-down");
    }

    @Test
    void aContainersLinkThatTheStoreDoesNotKnow() throws IOException {
        String id = "f".repeat(64);
        run("ip", "link", "add", "pb-fffffffffff", "type", "veth", "peer", "name", "pb-fffffffffffc");
        run("ip", "link", "set", "pb-fffffffffff", "alias", "patchbay:" + id);
        try (Sandbox other = Sandbox.open()) {
            other.take("pb-fffffffffffc");
            assertFound("unknown-link");
        }
    }

    /** A host with a kernel and a sandbox, and a store in memory. */
    private final class Host extends Dockerd implements AutoCloseable {
        final ManualTime time = new ManualTime();
        final Random ids = new Random(1);
        final ScheduledExecutorService executor = Executors.newScheduledThreadPool(3);
        final MemoryStore store = new MemoryStore();
        final Sandbox sandbox = Sandbox.open();
        final Driver driver;

        Host() throws IOException {
            DriverSettings settings = new DriverSettings(
                    "h1",
                    "lan0",
                    true,
                    List.of(),
                    0,
                    Duration.ofMinutes(1),
                    Duration.ofHours(1),
                    new HostSettings("machine", "boot", "1", Duration.ofHours(1), Optional.empty(), true),
                    List.of(),
                    false,
                    false,
                    StayLimits.NONE);
            DriverPorts ports = new DriverPorts(
                    store, Optional.empty(), former -> Optional.empty(), Duration.ZERO, links, new FakeForwarding());
            driver = new Driver(settings, ports, time, new Random(2), executor);
            driver.start();
            time.whileWaiting(() -> {});
        }

        @Override
        public Driver driver() {
            return driver;
        }

        @Override
        public String newId() {
            return String.format("%016x", ids.nextLong()).repeat(4);
        }

        @Override
        protected void moveToSandbox(String containerEnd, Cidr address) {
            sandbox.take(containerEnd);
            sandbox.run("ip", "link", "set", containerEnd, "name", "eth0", "up");
            sandbox.run("ip", "address", "add", address.toString(), "dev", "eth0");
        }

        @Override
        public void close() {
            driver.close();
            executor.shutdownNow();
            store.close();
            sandbox.close();
        }
    }
}
