package io.patchbay.core.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every implementation of {@link Links} must do about what comes and goes and about the LAN, and what this and
 * {@link LinksContract} need of it.
 */
public abstract class LinkEventsContract {
    protected static final String BRIDGE = "pb-lan";
    protected static final MacAddress BRIDGE_MAC = MacAddress.parse("02:77:00:00:00:01");
    protected static final BridgeSpec BRIDGE_SPEC =
            new BridgeSpec(BRIDGE, BRIDGE_MAC, OptionalInt.empty(), Optional.empty());
    private static final long LIMIT_SECONDS = 40;

    /** The implementation, over a namespace in which nobody else makes links. */
    protected abstract Links links();

    /** Makes a link that is neither bridge nor ours. */
    protected abstract void givenForeignLink(String name);

    /** Takes it away again. */
    protected abstract void removeForeignLink(String name);

    /** Brings the far end of a pair up, as dockerd does in the sandbox. */
    protected abstract void bringUp(String containerEnd);

    /** Whoever is behind that end, which forwards, has the address and that MAC from now on, and says so. */
    protected abstract void speak(String containerEnd, IpAddress address, MacAddress mac);

    @AfterEach
    void deleteOurs() {
        links().delete(links().list().stream()
                .filter(Link::isOurs)
                .map(Link::name)
                .toList());
    }

    protected static VethSpec spec(String id) {
        long number = Integer.parseInt(id, 16);
        return new VethSpec(
                "pb-h" + id,
                "pb-c" + id,
                BRIDGE,
                "endpoint" + id,
                new MacAddress(0xfe00_0000_0000L | number),
                new MacAddress(0x0200_0a4d_0000L | number),
                OptionalInt.empty(),
                OptionalInt.empty());
    }

    protected static VethSpec withMtu(VethSpec s, int mtu) {
        return withMtus(s, OptionalInt.of(mtu), s.hostMtu());
    }

    protected static VethSpec withMtus(VethSpec s, OptionalInt ofContainer, OptionalInt ofHost) {
        return new VethSpec(
                s.hostEnd(),
                s.containerEnd(),
                s.bridge(),
                s.endpointId(),
                s.hostMac(),
                s.containerMac(),
                ofContainer,
                ofHost);
    }

    protected static VethSpec onBridge(VethSpec s, String bridge) {
        return new VethSpec(
                s.hostEnd(),
                s.containerEnd(),
                bridge,
                s.endpointId(),
                s.hostMac(),
                s.containerMac(),
                s.mtu(),
                s.hostMtu());
    }

    protected static VethSpec ofEndpoint(VethSpec s, String endpoint) {
        return new VethSpec(
                s.hostEnd(),
                s.containerEnd(),
                s.bridge(),
                endpoint,
                s.hostMac(),
                s.containerMac(),
                s.mtu(),
                s.hostMtu());
    }

    protected static void assertRefused(Kind kind, String words, ThrowingCallable call) {
        assertThatExceptionOfType(PatchbayException.class)
                .isThrownBy(call)
                .withMessageContaining(words)
                .satisfies(e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }

    @Test
    void aListenerHearsWhatComesAndGoes() throws Exception {
        BlockingQueue<LinkEvent> events = new LinkedBlockingQueue<>();
        AutoCloseable watch = links().watch(events::add);
        try (watch) {
            links().ensureBridge(BRIDGE_SPEC);
            Link host = links().createVeth(spec("1")).host();
            await(events, e -> e instanceof LinkEvent.Changed c && c.link().equals(host));
            links().delete(List.of("pb-h1"));
            await(events, e -> e.equals(new LinkEvent.Gone(host.index(), "pb-h1")));
            await(events, e -> e instanceof LinkEvent.Gone g && g.name().equals("pb-c1"));
        }
        watch.close();
    }

    /** The kernel opens a bridge port a moment after its carrier comes. */
    protected final void awaitForwarding(String port) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (links().find(port).filter(Link::isForwarding).isEmpty()) {
            assertThat(System.nanoTime()).as("port %s forwards in time", port).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static <T> void await(BlockingQueue<T> events, Predicate<T> wanted) throws InterruptedException {
        List<T> seen = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (true) {
            T event = events.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertThat(event).as("wanted event among %s", seen).isNotNull();
            if (wanted.test(event)) {
                return;
            }
            seen.add(event);
        }
    }

    @Test
    void anAnnouncementNeedsBridgeAndPort() {
        MacAddress mac = spec("1").containerMac();
        List<IpAddress> address = List.of(IpAddress.parse("10.77.0.5"));
        Announcement announcement = new Announcement(BRIDGE, "pb-h1", mac, address);
        assertRefused(Kind.NOT_FOUND, BRIDGE, () -> links().announce(announcement));
        links().ensureBridge(BRIDGE_SPEC);
        assertRefused(Kind.NOT_FOUND, "pb-h1", () -> links().announce(announcement));
        links().createVeth(spec("1"));
        assertRefused(Kind.UNAVAILABLE, "pb-h1", () -> links().announce(announcement));
        bringUp("pb-c1");
        awaitForwarding("pb-h1");
        links().announce(announcement);
        assertRefused(Kind.NOT_FOUND, "pb-c1", () -> links().announce(new Announcement(BRIDGE, "pb-c1", mac, address)));
        assertRefused(
                Kind.INVALID, "address", () -> links().announce(new Announcement(BRIDGE, "pb-h1", mac, List.of())));
    }

    @Test
    void aMacOfTheBridgeOrAPortIsNotAnnounced() {
        links().ensureBridge(BRIDGE_SPEC);
        links().createVeth(spec("1"));
        links().createVeth(spec("2"));
        bringUp("pb-c1");
        awaitForwarding("pb-h1");
        for (MacAddress mac : List.of(BRIDGE_MAC, spec("1").hostMac(), spec("2").hostMac())) {
            Announcement announcement = new Announcement(BRIDGE, "pb-h1", mac, List.of(IpAddress.parse("10.77.0.5")));
            assertRefused(Kind.CONFLICT, mac.toString(), () -> links().announce(announcement));
        }
    }

    @Test
    void aProbeNeedsABridgeThatIsUpAndSilenceIsNoAnswer() {
        List<IpAddress> asked = List.of(IpAddress.parse("10.77.0.5"), IpAddress.parse("fd77::5"));
        Duration shortly = Duration.ofMillis(30);
        assertRefused(Kind.NOT_FOUND, BRIDGE, () -> links().probe(BRIDGE, asked, shortly));
        links().ensureBridge(BRIDGE_SPEC);
        assertThat(links().probe(BRIDGE, asked, shortly)).isEmpty();
        assertThat(links().probe(BRIDGE, List.of(), shortly)).isEmpty();
        assertRefused(Kind.INVALID, "11000 ms", () -> links().probe(BRIDGE, asked, Duration.ofSeconds(11)));
        List<IpAddress> many = IntStream.range(0, Links.MAX_PROBES + 1)
                .mapToObj(i -> IpAddress.parse("10.77.0.1").plus(i))
                .toList();
        assertRefused(Kind.INVALID, "limit of 64", () -> links().probe(BRIDGE, many, shortly));
    }

    @Test
    void whatIsSaidBehindABridgeIsHeard() throws Exception {
        MacAddress mac = MacAddress.parse("02:00:0a:4d:00:77");
        assertRefused(Kind.NOT_FOUND, BRIDGE, () -> links().listen(BRIDGE, heard -> {}));
        links().ensureBridge(BRIDGE_SPEC);
        links().createVeth(spec("1"));
        bringUp("pb-c1");
        awaitForwarding("pb-h1");
        BlockingQueue<Sighting> heard = new LinkedBlockingQueue<>();
        AutoCloseable listening = links().listen(BRIDGE, heard::add);
        try (listening) {
            for (IpAddress address : List.of(IpAddress.parse("10.77.0.5"), IpAddress.parse("fd77::5"))) {
                speak("pb-c1", address, mac);
                await(heard, s -> s.equals(new Sighting.Station(address, mac, true)));
            }
        }
        listening.close();
    }
}
