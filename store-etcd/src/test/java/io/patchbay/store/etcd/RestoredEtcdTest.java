package io.patchbay.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.cluster.HostSettings;
import io.patchbay.core.driver.Driver;
import io.patchbay.core.driver.DriverPorts;
import io.patchbay.core.driver.DriverSettings;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.inspect.Inspection.StayViewList;
import io.patchbay.core.inspect.StayLimits;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.link.FakeLinks;
import io.patchbay.core.store.MemoryStore;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd;
import io.patchbay.core.testkit.FakeForwarding;
import io.patchbay.core.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An etcd whose data is older than what three hosts on it know, or gone. */
@NullUnmarked
class RestoredEtcdTest {
    private static final Duration BACK = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private EtcdCluster etcd;
    private final String cluster = Stores.newCluster();
    private final List<Host> hosts = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        etcd = EtcdCluster.start(folder, 1);
        for (String name : List.of("h1", "h2", "h3")) {
            hosts.add(new Host(name));
        }
        hosts.forEach(Host::create);
        hosts.forEach(Host::runOne);
    }

    @AfterEach
    void stop() {
        hosts.forEach(Host::close);
        if (etcd != null) {
            etcd.close();
        }
    }

    /** At once, so that no host has missed the store, or when all have. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void olderDataGetsBackWhatHostsKnow(boolean missed) throws Exception {
        etcd.kill(0);
        copy(data(), folder.resolve("backup"));
        etcd.start(0);
        hosts.forEach(Host::awaitOnline);
        hosts.forEach(Host::runOne);
        hosts.forEach(Host::stopOne);
        hosts.forEach(host -> host.driver.reconcile());
        hosts.forEach(Host::runOne);
        etcd.kill(0);
        remove(data());
        copy(folder.resolve("backup"), data());
        if (missed) {
            hosts.forEach(Host::awaitAway);
        }
        etcd.start(0);
        assertAllIsBack();
    }

    @Test
    void anEmptyOneGetsBackWhatHostsKnow() throws Exception {
        etcd.kill(0);
        remove(data());
        etcd.start(0);
        assertAllIsBack();
    }

    private void assertAllIsBack() {
        Await.until(
                "what runs has its address in the store again",
                BACK,
                () -> running().equals(claimed()));
        hosts.forEach(Host::awaitOnline);
        hosts.forEach(Host::runOne);
        assertThat(claimed()).isEqualTo(running());
        assertThat(hosts)
                .allSatisfy(host -> assertThat(host.store.get("networks/" + host.name + "/" + host.network.id()))
                        .isPresent());
        assertThat(hosts.get(0).store.list("pools/").entries()).hasSize(4);
        assertHistoryGoesOn();
    }

    /** What was kept of who had which address is lost, and nobody minds. */
    private void assertHistoryGoesOn() {
        Dockerd.Container last = hosts.get(0).running.get(0);
        hosts.get(0).stopOne();
        hosts.get(0).driver.reconcile();
        StayViewList history = hosts.get(1).driver.inspection().history(last.endpoint(), Optional.empty());
        assertThat(history.complete()).isTrue();
        assertThat(history.stays()).singleElement().satisfies(stay -> {
            assertThat(stay.addresses()).containsExactly(last.ip().toString());
            assertThat(stay.to()).isPresent();
        });
    }

    /** The hosts of the addresses; a second host of one fails. */
    private Map<String, String> running() {
        Map<String, String> owners = new TreeMap<>();
        for (Host host : hosts) {
            for (Dockerd.Container container : host.running) {
                assertThat(owners.put(container.ip().toString(), host.name)).isNull();
                assertThat(host.links.list()).anyMatch(link -> link.name().equals(container.hostEnd()));
            }
        }
        return owners;
    }

    private Map<String, String> claimed() {
        Map<String, String> owners = new TreeMap<>();
        try {
            hosts.get(0).store.list("claims/").entries().stream()
                    .filter(e -> e.value().text().matches(".*\"ENDPOINT\".*\"BOUND\".*"))
                    .forEach(e -> owners.put(
                            e.key().replaceFirst(".*/", ""),
                            e.value().text().replaceFirst(".*\"host\":\"(h[0-9]).*", "$1")));
        } catch (PatchbayException e) {
            owners.put("unknown", String.valueOf(e.getMessage()));
        }
        return owners;
    }

    private Path data() {
        return folder.resolve("m0");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }

    private static void remove(Path all) throws IOException {
        try (Stream<Path> found = Files.walk(all)) {
            for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /** A host with all but a kernel. */
    private final class Host extends Dockerd implements AutoCloseable {
        final String name;
        final FakeLinks links = new FakeLinks();
        final EtcdStore store = Stores.open(etcd.endpoints(), cluster);
        final MemoryStore disk = new MemoryStore();
        final ScheduledExecutorService executor = Executors.newScheduledThreadPool(3);
        final Random ids;
        final Driver driver;
        final List<Container> running = new ArrayList<>();
        Network network;

        Host(String name) {
            this.name = name;
            this.ids = new Random(name.hashCode());
            MacAddress mac = MacAddress.parse("02:77:00:00:00:01");
            links.ensureBridge(new BridgeSpec("br0", mac, OptionalInt.empty(), Optional.empty()));
            links.addForeign("eth0", mac, Optional.of("br0"));
            HostSettings self =
                    new HostSettings("machine of " + name, "boot", "1", Duration.ofSeconds(10), Optional.empty(), true);
            DriverSettings settings = new DriverSettings(
                    name,
                    "br0",
                    true,
                    List.of(),
                    2,
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(1),
                    self,
                    List.of(),
                    false,
                    false,
                    new StayLimits(Duration.ofDays(1), 1000));
            DriverPorts ports = new DriverPorts(
                    store,
                    Optional.of(disk),
                    former -> Optional.empty(),
                    Duration.ofSeconds(2),
                    links,
                    new FakeForwarding());
            this.driver = new Driver(settings, ports, TimeSource.system(), new Random(ids.nextLong()), executor);
            driver.start();
            awaitOnline();
        }

        void awaitOnline() {
            Await.until(
                    name + " is online",
                    BACK,
                    () -> driver.contact().orElseThrow().isOnline());
        }

        void awaitAway() {
            Await.until(
                    name + " misses the store",
                    BACK,
                    () -> !driver.contact().orElseThrow().isOnline());
        }

        void create() {
            network = createNetwork(NetworkPlan.of("10.77.0.0/24").withGateway("10.77.0.254"));
        }

        void runOne() {
            running.add(run(network));
        }

        void stopOne() {
            stop(running.remove(0));
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
            links.moveToSandbox(containerEnd);
        }

        @Override
        public void close() {
            driver.close();
            executor.shutdownNow();
            store.close();
            disk.close();
        }
    }
}
