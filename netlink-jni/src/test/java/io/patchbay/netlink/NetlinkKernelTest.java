package io.patchbay.netlink;

import static io.patchbay.netlink.InNamespace.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.Announcement;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.LinkEvent;
import io.patchbay.core.link.Links.LinkAddress;
import io.patchbay.core.link.Links.Route;
import io.patchbay.core.link.VethSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What only a kernel has: other namespaces, its words, addresses and routes, a buffer that runs over. */
@ExtendWith(InNamespace.class)
class NetlinkKernelTest {
    private static final long LIMIT_SECONDS = 20;
    private static final MacAddress MAC = MacAddress.parse("02:42:0a:4d:00:05");

    private static final MacAddress MAC_1 = new MacAddress(0x0200_0000_0001L);

    private final NetlinkLinks links = new NetlinkLinks();
    private Link bridge = bridge();

    private Link bridge() {
        return links.ensureBridge(
                new BridgeSpec("pb-lan", MacAddress.parse("02:77:00:00:00:01"), OptionalInt.empty(), Optional.empty()));
    }

    @BeforeEach
    void makeBridge() {
        bridge = bridge();
    }

    @AfterEach
    void deleteOurs() {
        links.delete(links.list().stream().filter(Link::isOurs).map(Link::name).toList());
    }

    private static VethSpec spec(int number) {
        return new VethSpec(
                "pb-h" + number,
                "pb-c" + number,
                "pb-lan",
                "endpoint" + number,
                new MacAddress(0xfe00_0000_0000L | number),
                new MacAddress(0x0200_0000_0000L | number),
                OptionalInt.empty(),
                OptionalInt.empty());
    }

    private Link make(int number) {
        return links.createVeth(spec(number)).host();
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void anEndInASandboxIsElsewhereAndThePairEndsWithIt() throws Exception {
        Link host = make(1);
        try (Sandbox sandbox = Sandbox.open()) {
            sandbox.take("pb-c1");
            sandbox.run("ip", "link", "set", "pb-c1", "name", "eth0", "up");
            assertThat(links.find("pb-c1")).isEmpty();
            await("carrier", () -> links.find("pb-h1").orElseThrow().isForwarding());
            assertThat(links.find("pb-h1")).hasValueSatisfying(seen -> {
                assertThat(seen.peerElsewhere()).isTrue();
                assertThat(seen.peer()).isPresent();
                assertThat(seen.carrier()).isTrue();
                assertThat(seen.index()).isEqualTo(host.index());
            });
            assertThat(links.createVeth(spec(1)).created()).isFalse();
        }
        await("the pair is gone", () -> links.find("pb-h1").isEmpty());
    }

    @Test
    void theKernelsOwnWordsAreInTheMessage() {
        assertThatExceptionOfType(PatchbayException.class)
                .isThrownBy(() -> Kernel.act("set MTU 70000 of pb-lan", w -> Native.setMtu(bridge.index(), 70000, w)))
                .withMessage("cannot set MTU 70000 of pb-lan: EINVAL, the kernel says: mtu greater than device maximum")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.KERNEL));
    }

    @Test
    void addressesAndRoutesOfBothFamiliesAreTold() {
        run("ip", "address", "add", "10.77.0.1/24", "dev", "pb-lan");
        run("ip", "address", "add", "fd77::1/64", "dev", "pb-lan", "nodad");
        run("ip", "route", "add", "10.9.0.0/16", "via", "10.77.0.254");
        run("ip", "route", "add", "default", "via", "10.77.0.254");
        run("ip", "route", "add", "10.8.0.0/16", "nexthop", "via", "10.77.0.2", "nexthop", "via", "10.77.0.3");
        run("ip", "route", "add", "blackhole", "10.7.0.0/16");
        run("ip", "route", "add", "10.6.0.0/16", "dev", "pb-lan", "table", "100");
        run("ip", "-6", "route", "add", "fd78::/64", "via", "fd77::2");
        int index = bridge.index();
        assertThat(links.addresses())
                .contains(
                        new LinkAddress(index, Cidr.parse("10.77.0.1/24")),
                        new LinkAddress(index, Cidr.parse("fd77::1/64")));
        assertThat(links.routes())
                .contains(
                        route("10.77.0.0/24", index, ""),
                        route("10.9.0.0/16", index, "10.77.0.254"),
                        route("10.8.0.0/16", index, "10.77.0.2"),
                        route("0.0.0.0/0", index, "10.77.0.254"),
                        route("10.7.0.0/16", 0, ""),
                        route("fd77::/64", index, ""),
                        route("fd78::/64", index, "fd77::2"))
                .noneMatch(r -> r.destination().equals(Subnet.parse("10.6.0.0/16")));
        run("ip", "route", "delete", "blackhole", "10.7.0.0/16");
    }

    private static Route route(String destination, int index, String nextHop) {
        return new Route(
                Subnet.parse(destination),
                index,
                nextHop.isEmpty() ? Optional.empty() : Optional.of(IpAddress.parse(nextHop)));
    }

    /** A gateway of the other family (RTA_VIA, RFC 8950). */
    @Test
    void aNextHopMayBeOfTheOtherFamily() {
        run("ip", "address", "add", "fd77::1/64", "dev", "pb-lan", "nodad");
        run("ip", "route", "add", "10.5.0.0/16", "via", "inet6", "fd77::9", "dev", "pb-lan");
        assertThat(links.routes()).contains(route("10.5.0.0/16", bridge.index(), "fd77::9"));
    }

    /** The kernel here may be one that cannot filter by VLAN; that it answers is what is looked at. */
    @Test
    void portsThatAreInNoVlanAreNone() {
        links.createVeth(spec(1));
        assertThat(links.portVlans()).allMatch(vlan -> vlan.first() == 1);
    }

    @Test
    void settingsOfABridgeThatSomebodyElseMadeAreTold() {
        run("ip", "link", "set", "pb-lan", "type", "bridge", "stp_state", "1", "forward_delay", "700");
        run("ip", "link", "set", "pb-lan", "type", "bridge", "nf_call_iptables", "1");
        assertThat(links.find("pb-lan").flatMap(Link::bridge)).hasValueSatisfying(settings -> {
            assertThat(settings.stp()).isTrue();
            assertThat(settings.forwardDelayMillis()).isEqualTo(7000);
            assertThat(settings.nfCallIptables()).isTrue();
        });
    }

    @Test
    void aThousandLinksAreListedAndDeletedAtOnce() {
        List<String> hosts =
                IntStream.range(0, 500).mapToObj(i -> make(i).name()).toList();
        assertThat(links.list().stream().filter(l -> l.name().startsWith("pb-c")))
                .hasSize(500);
        assertThat(links.list().stream().map(Link::name)).containsAll(hosts);
        links.delete(hosts);
        assertThat(links.list().stream().filter(Link::isOurs)).hasSize(1);
    }

    @Test
    void aListThatIsMadeWhileLinksComeAndGoHasEveryOtherLinkOnce() throws InterruptedException {
        List<String> stay =
                IntStream.range(0, 100).mapToObj(i -> make(i).name()).toList();
        AtomicBoolean done = new AtomicBoolean();
        Thread churn = new Thread(() -> {
            while (!done.get()) {
                make(1000);
                links.delete(List.of("pb-h1000"));
            }
        });
        churn.start();
        try {
            for (int round = 0; round < 30; round++) {
                assertThat(links.list().stream()
                                .map(Link::name)
                                .filter(n -> n.startsWith("pb-h") && !n.equals("pb-h1000")))
                        .containsExactlyInAnyOrderElementsOf(stay);
            }
        } finally {
            done.set(true);
            churn.join();
        }
    }

    @Test
    void aLinkNamedLikeOursThatCannotBeDeletedDoesNotSaveTheOthers() {
        make(1);
        make(2);
        run("ip", "link", "set", "lo", "down");
        run("ip", "link", "set", "lo", "name", "pb-lo");
        try {
            assertThatExceptionOfType(PatchbayException.class)
                    .isThrownBy(() -> links.delete(List.of("pb-h1", "pb-lo", "pb-h2")))
                    .withMessageContaining("EOPNOTSUPP");
            assertThat(links.list().stream().map(Link::name)).containsExactlyInAnyOrder("pb-lo", "pb-lan");
        } finally {
            run("ip", "link", "set", "pb-lo", "name", "lo");
            run("ip", "link", "set", "lo", "up");
        }
    }

    @Test
    void anAnnouncementPointsTheBridgeAtThePort() {
        make(1);
        make(2);
        for (int n : List.of(1, 2)) {
            run("ip", "link", "set", "pb-c" + n, "up");
            await("forwarding", () -> links.find("pb-h" + n).orElseThrow().isForwarding());
        }
        run("bridge", "fdb", "replace", MAC.toString(), "dev", "pb-h2", "master", "dynamic");
        links.announce(new Announcement(
                "pb-lan", "pb-h1", MAC, List.of(IpAddress.parse("10.77.0.5"), IpAddress.parse("fd77::5"))));
        assertThat(run("bridge", "fdb", "show", "br", "pb-lan"))
                .contains(MAC + " dev pb-h1 master")
                .doesNotContain(MAC + " dev pb-h2");
    }

    /** Closing one takes the kernel 10 to 50 ms, and whoever announces would wait. */
    @Test
    void theSocketThatAnnouncesIsKept() throws IOException {
        make(1);
        run("ip", "link", "set", "pb-c1", "up");
        await("forwarding", () -> links.find("pb-h1").orElseThrow().isForwarding());
        Announcement announcement = new Announcement("pb-lan", "pb-h1", MAC, List.of(IpAddress.parse("10.77.0.5")));
        // others of this process keep theirs
        int before = socketsThatHearNothing().size();
        links.announce(announcement);
        List<String> kept = socketsThatHearNothing();
        assertThat(kept).hasSize(before + 1);
        links.announce(announcement);
        assertThat(socketsThatHearNothing()).isEqualTo(kept);
    }

    /** The inodes of packet sockets of no protocol; see packet_seq_show in net/packet/af_packet.c. */
    private static List<String> socketsThatHearNothing() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/net/packet")).stream()
                .map(line -> line.trim().split("\\s+"))
                .filter(row -> row[3].equals("0000"))
                .map(row -> row[8])
                .toList();
    }

    @Test
    void aProbeIsAnsweredByWhoHasTheAddress() throws Exception {
        make(1);
        try (Sandbox sandbox = Sandbox.open()) {
            sandbox.take("pb-c1");
            sandbox.run("ip", "addr", "add", "10.77.0.5/24", "dev", "pb-c1");
            sandbox.run("ip", "addr", "add", "fd77::5/64", "dev", "pb-c1", "nodad");
            sandbox.run("ip", "link", "set", "pb-c1", "up");
            await("forwarding", () -> links.find("pb-h1").orElseThrow().isForwarding());
            Map<IpAddress, MacAddress> answers = links.probe(
                    "pb-lan",
                    List.of(
                            IpAddress.parse("10.77.0.4"),
                            IpAddress.parse("10.77.0.5"),
                            IpAddress.parse("fd77::5"),
                            IpAddress.parse("fd77::6")),
                    Duration.ofSeconds(3));
            assertThat(answers)
                    .isEqualTo(Map.of(IpAddress.parse("10.77.0.5"), MAC_1, IpAddress.parse("fd77::5"), MAC_1));
        }
    }

    /** The least forward delay is two seconds, and a port waits for it twice. */
    @Test
    void thatAPortForwardsIsToldAlsoWithStp() throws Exception {
        run("ip", "link", "set", "pb-lan", "type", "bridge", "stp_state", "1", "forward_delay", "200");
        make(1);
        BlockingQueue<LinkEvent> events = new LinkedBlockingQueue<>();
        try (AutoCloseable watch = links.watch(events::add);
                Sandbox sandbox = Sandbox.open()) {
            assertThat(watch).isNotNull();
            sandbox.take("pb-c1");
            sandbox.run("ip", "link", "set", "pb-c1", "up");
            await(
                    "told that it forwards",
                    () -> events.stream()
                            .anyMatch(e -> e instanceof LinkEvent.Changed c
                                    && c.link().name().equals("pb-h1")
                                    && c.link().isForwarding()
                                    && c.link().peerElsewhere()));
        }
    }

    @Test
    void aListenerThatIsTooSlowIsToldThatEventsWereLost() throws Exception {
        BlockingQueue<LinkEvent> events = new LinkedBlockingQueue<>();
        CountDownLatch busy = new CountDownLatch(1);
        AutoCloseable watch = links.watch(event -> {
            try {
                busy.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            events.add(event);
        });
        try (watch) {
            byte[] words = new byte[256];
            for (int i = 0; i < 3000; i++) {
                assertThat(Native.setMtu(bridge.index(), 1000 + i % 2, words)).isZero();
            }
            busy.countDown();
            await("lost", () -> events.stream().anyMatch(e -> e instanceof LinkEvent.Lost));
            make(1);
            await(
                    "goes on",
                    () -> events.stream()
                            .anyMatch(e -> e instanceof LinkEvent.Changed c
                                    && c.link().name().equals("pb-h1")));
        }
        assertThat(events.stream().filter(e -> e instanceof LinkEvent.Lost)).hasSizeBetween(1, 3);
    }

    @Test
    void aWatchEndsAtOnceAlsoFromItsOwnThread() throws Exception {
        CompletableFuture<AutoCloseable> self = new CompletableFuture<>();
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        AutoCloseable watch = links.watch(event -> {
            try {
                self.get().close();
                thread.complete(Thread.currentThread());
            } catch (Exception e) {
                thread.completeExceptionally(e);
            }
        });
        self.complete(watch);
        make(1);
        Thread listening = thread.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        listening.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        assertThat(listening.isAlive()).isFalse();
        watch.close();
        int before = openFiles();
        for (int i = 0; i < 50; i++) {
            links.watch(event -> {}).close();
        }
        assertThat(openFiles()).isLessThanOrEqualTo(before + 2);
    }

    private static int openFiles() {
        String[] names = new java.io.File("/proc/self/fd").list();
        return names == null ? -1 : names.length;
    }
}
