package io.patchbay.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every implementation of {@link Links} must do; run against the fake and against the kernel in a namespace of its
 * own.
 */
public abstract class LinksContract extends LinkEventsContract {
    @Test
    void nothingIsFoundUnderANameThatNobodyHas() {
        assertThat(links().find("pb-none")).isEmpty();
    }

    @Test
    void aBridgeIsMadeQuietAndUpWithItsMac() {
        Link made = links().ensureBridge(new BridgeSpec(BRIDGE, BRIDGE_MAC, OptionalInt.of(1400), Optional.of("lan")));
        assertThat(made.isBridge()).isTrue();
        assertThat(made.name()).isEqualTo(BRIDGE);
        assertThat(made.mac()).isEqualTo(BRIDGE_MAC);
        assertThat(made.mtu()).isEqualTo(1400);
        assertThat(made.alias()).contains("lan");
        assertThat(made.up()).isTrue();
        assertThat(made.bridge()).hasValueSatisfying(settings -> {
            assertThat(settings.stp()).isFalse();
            assertThat(settings.forwardDelayMillis()).isZero();
            assertThat(settings.vlanFiltering()).isFalse();
        });
        assertThat(links().find(BRIDGE)).contains(made);
    }

    @Test
    void aBridgeThatExistsIsLeftAsItIs() {
        Link first = links().ensureBridge(BRIDGE_SPEC);
        Link again = links().ensureBridge(new BridgeSpec(
                BRIDGE, MacAddress.parse("02:77:00:00:00:09"), OptionalInt.of(1400), Optional.of("other")));
        assertThat(again).isEqualTo(first);
    }

    @Test
    void aLinkThatIsNoBridgeIsAConflictForEnsureBridge() {
        links().ensureBridge(BRIDGE_SPEC);
        links().createVeth(spec("1"));
        BridgeSpec taken = new BridgeSpec("pb-h1", BRIDGE_MAC, OptionalInt.empty(), Optional.empty());
        assertRefused(Kind.CONFLICT, "pb-h1", () -> links().ensureBridge(taken));
    }

    @Test
    void theMacOfTheBridgeStaysWhenAPortWithALowerOneComes() {
        links().ensureBridge(BRIDGE_SPEC);
        VethSpec s = spec("1");
        links().createVeth(new VethSpec(
                s.hostEnd(),
                s.containerEnd(),
                BRIDGE,
                s.endpointId(),
                MacAddress.parse("02:00:00:00:00:01"),
                s.containerMac(),
                s.mtu(),
                s.hostMtu()));
        assertThat(links().find(BRIDGE))
                .hasValueSatisfying(b -> assertThat(b.mac()).isEqualTo(BRIDGE_MAC));
    }

    @Test
    void aPairIsMadeEnslavedNamedAndUp() {
        Link bridge = links().ensureBridge(BRIDGE_SPEC);
        Veth made = links().createVeth(withMtu(spec("1"), 1400));
        assertThat(made.created()).isTrue();
        assertThat(made.containerEnd()).isEqualTo("pb-c1");
        Link host = made.host();
        assertThat(host.name()).isEqualTo("pb-h1");
        assertThat(host.kind()).contains("veth");
        assertThat(host.alias()).contains("patchbay:endpoint1");
        assertThat(host.endpointId()).contains("endpoint1");
        assertThat(host.mac()).isEqualTo(spec("1").hostMac());
        assertThat(host.mtu()).isEqualTo(bridge.mtu());
        assertThat(host.up()).isTrue();
        assertThat(host.carrier()).isFalse();
        assertThat(host.master()).hasValue(bridge.index());
        assertThat(host.portState()).isPresent();
        assertThat(host.peerElsewhere()).isFalse();
        Link container = links().find("pb-c1").orElseThrow();
        assertThat(host.peer()).hasValue(container.index());
        assertThat(container.peer()).hasValue(host.index());
        assertThat(container.mac()).isEqualTo(spec("1").containerMac());
        assertThat(container.mtu()).isEqualTo(1400);
        assertThat(container.up()).isFalse();
        assertThat(container.master()).isEmpty();
        assertThat(container.alias()).isEmpty();
    }

    @Test
    void aPairWithoutMtuGetsTheBridges() {
        links().ensureBridge(new BridgeSpec(BRIDGE, BRIDGE_MAC, OptionalInt.of(1300), Optional.empty()));
        assertThat(links().createVeth(spec("1")).host().mtu()).isEqualTo(1300);
        assertThat(links().find("pb-c1"))
                .hasValueSatisfying(c -> assertThat(c.mtu()).isEqualTo(1300));
    }

    @Test
    void anMtuOfAContainerIsNotTheBridges() {
        int before = links().ensureBridge(BRIDGE_SPEC).mtu();
        assertThat(links().createVeth(withMtu(spec("1"), 1280)).host().mtu()).isEqualTo(before);
        assertThat(links().find(BRIDGE))
                .hasValueSatisfying(b -> assertThat(b.mtu()).isEqualTo(before));
        assertThat(links().find("pb-c1"))
                .hasValueSatisfying(c -> assertThat(c.mtu()).isEqualTo(1280));
        assertThat(links().createVeth(withMtu(spec("2"), 9000)).host().mtu()).isEqualTo(9000);
        assertThat(links().find("pb-c2"))
                .hasValueSatisfying(c -> assertThat(c.mtu()).isEqualTo(9000));
    }

    /** A bridge whose MTU nobody has set takes the least of its ports. */
    @Test
    void aHostEndMayBeGivenAnMtu() {
        links().ensureBridge(BRIDGE_SPEC);
        VethSpec both = withMtus(spec("1"), OptionalInt.of(1280), OptionalInt.of(1400));
        assertThat(links().createVeth(both).host().mtu()).isEqualTo(1400);
        assertThat(links().find("pb-c1"))
                .hasValueSatisfying(c -> assertThat(c.mtu()).isEqualTo(1280));
        assertThat(links().find(BRIDGE))
                .hasValueSatisfying(b -> assertThat(b.mtu()).isEqualTo(1400));
    }

    @Test
    void aPairThatExistsIsMadeToMatch() {
        links().ensureBridge(BRIDGE_SPEC);
        Veth first = links().createVeth(spec("1"));
        Link other = links().ensureBridge(new BridgeSpec(
                "pb-lan2", MacAddress.parse("02:77:00:00:00:02"), OptionalInt.empty(), Optional.empty()));
        Veth again = links().createVeth(withMtu(onBridge(spec("1"), "pb-lan2"), 1400));
        assertThat(again.created()).isFalse();
        assertThat(again.host().index()).isEqualTo(first.host().index());
        assertThat(again.host().mtu()).isEqualTo(other.mtu());
        assertThat(again.host().master()).hasValue(other.index());
        assertThat(links().find("pb-c1"))
                .hasValueSatisfying(c -> assertThat(c.mtu()).isEqualTo(1400));
        assertThat(links().createVeth(withMtu(onBridge(spec("1"), "pb-lan2"), 1400)))
                .isEqualTo(again);
    }

    @Test
    void anEndOfAnotherEndpointIsAConflictAndStays() {
        links().ensureBridge(BRIDGE_SPEC);
        Link first = links().createVeth(spec("1")).host();
        assertRefused(Kind.CONFLICT, "pb-h1", () -> links().createVeth(ofEndpoint(spec("1"), "somebody")));
        assertThat(links().find("pb-h1")).contains(first);
    }

    @Test
    void aContainerEndThatIsTakenIsAConflictAndLeavesNothing() {
        links().ensureBridge(BRIDGE_SPEC);
        links().createVeth(spec("1"));
        VethSpec s = spec("2");
        VethSpec taken = new VethSpec(
                s.hostEnd(),
                "pb-c1",
                BRIDGE,
                s.endpointId(),
                s.hostMac(),
                s.containerMac(),
                OptionalInt.empty(),
                OptionalInt.empty());
        assertRefused(Kind.CONFLICT, "pb-c1", () -> links().createVeth(taken));
        assertThat(links().find("pb-h2")).isEmpty();
        assertThat(links().find("pb-c1")).isPresent();
    }

    @Test
    void aBridgeThatIsAbsentIsNotFoundAndLeavesNothing() {
        assertRefused(Kind.NOT_FOUND, BRIDGE, () -> links().createVeth(spec("1")));
        assertThat(links().list()).noneMatch(Link::isOurs);
    }

    @Test
    void aPortOfALinkThatIsNoBridgeIsInvalid() {
        givenForeignLink("eth7");
        try {
            assertRefused(Kind.INVALID, "eth7", () -> links().createVeth(onBridge(spec("1"), "eth7")));
            assertThat(links().list()).noneMatch(Link::isOurs);
        } finally {
            removeForeignLink("eth7");
        }
    }

    @Test
    void aLanWithoutADhcpServerOffersNothing() {
        Duration shortly = Duration.ofMillis(30);
        assertRefused(Kind.NOT_FOUND, BRIDGE, () -> links().discoverDhcp(BRIDGE, shortly));
        links().ensureBridge(BRIDGE_SPEC);
        assertThat(links().discoverDhcp(BRIDGE, shortly)).isEmpty();
        assertRefused(Kind.INVALID, "11000 ms", () -> links().discoverDhcp(BRIDGE, Duration.ofSeconds(11)));
    }

    @Test
    void routerAdvertisementsAreKeptOutOfOurPairsAlone() {
        assertRefused(Kind.NOT_FOUND, "pb-h1", () -> links().dropRouterAdvertisements("pb-h1"));
        assertRefused(Kind.INVALID, "eth7", () -> links().dropRouterAdvertisements("eth7"));
        links().ensureBridge(BRIDGE_SPEC);
        Link host = links().createVeth(spec("1")).host();
        links().dropRouterAdvertisements("pb-h1");
        links().dropRouterAdvertisements("pb-h1");
        assertThat(links().find("pb-h1")).contains(host);
    }

    @Test
    void wrongNamesAreInvalid() {
        for (String name : List.of("", "pb-", "eth0", "pb-0123456789abc", "pb-a b", "pb-a/b", "pb-%d", "pb-\u00e4")) {
            assertRefused(Kind.INVALID, "link name", () -> links().delete(List.of(name)));
        }
    }

    @Test
    void aGroupAddressIsNoMac() {
        links().ensureBridge(BRIDGE_SPEC);
        VethSpec s = spec("1");
        VethSpec wrong = new VethSpec(
                s.hostEnd(),
                s.containerEnd(),
                BRIDGE,
                s.endpointId(),
                s.hostMac(),
                MacAddress.parse("01:00:5e:00:00:01"),
                s.mtu(),
                s.hostMtu());
        assertRefused(Kind.INVALID, "01:00:5e:00:00:01", () -> links().createVeth(wrong));
        assertRefused(Kind.INVALID, "MTU 67", () -> links().createVeth(withMtu(s, 67)));
    }

    @Test
    void deletingTakesThePeerAndIsSilentAboutAbsence() {
        links().ensureBridge(BRIDGE_SPEC);
        links().createVeth(spec("1"));
        links().delete(List.of("pb-h1"));
        assertThat(links().find("pb-h1")).isEmpty();
        assertThat(links().find("pb-c1")).isEmpty();
        links().delete(List.of("pb-h1"));
        links().delete(List.of());
    }

    @Test
    void severalAreDeletedAtOnceAlsoWhenSomeAreAbsentOrBothEndsAreNamed() {
        links().ensureBridge(BRIDGE_SPEC);
        for (String id : List.of("1", "2", "3")) {
            links().createVeth(spec(id));
        }
        links().delete(List.of("pb-h1", "pb-none", "pb-h2", "pb-c2", "pb-h2"));
        assertThat(links().list().stream().filter(Link::isOurs).map(Link::name))
                .containsExactlyInAnyOrder(BRIDGE, "pb-h3", "pb-c3");
        links().delete(List.of(BRIDGE, "pb-c3"));
        assertThat(links().list()).noneMatch(Link::isOurs);
    }

    @Test
    void oneForeignNameAmongSeveralDeletesNothing() {
        links().ensureBridge(BRIDGE_SPEC);
        givenForeignLink("eth7");
        try {
            assertRefused(Kind.INVALID, "eth7", () -> links().delete(List.of(BRIDGE, "eth7")));
            assertThat(links().find(BRIDGE)).isPresent();
            assertThat(links().find("eth7")).isPresent();
        } finally {
            removeForeignLink("eth7");
        }
    }

    @Test
    void theListIsInTheOrderOfTheIndex() {
        links().ensureBridge(BRIDGE_SPEC);
        links().createVeth(spec("1"));
        links().createVeth(spec("2"));
        assertThat(links().list()).isSortedAccordingTo((a, b) -> Integer.compare(a.index(), b.index()));
        assertThat(links().list().stream().filter(Link::isOurs).map(Link::name))
                .containsExactlyInAnyOrder(BRIDGE, "pb-h1", "pb-c1", "pb-h2", "pb-c2");
        assertThat(links().list()).contains(links().find("pb-h1").orElseThrow());
    }

    @Test
    void manyAtOnceAreAllMadeAndAllDeleted() throws InterruptedException {
        links().ensureBridge(BRIDGE_SPEC);
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        for (int t = 0; t < 4; t++) {
            int from = t * 10;
            threads.add(new Thread(() -> {
                try {
                    start.await();
                    List<String> ids = IntStream.range(from, from + 10)
                            .mapToObj(Integer::toHexString)
                            .toList();
                    ids.forEach(id -> links().createVeth(spec(id)));
                    links().delete(ids.stream().skip(5).map(id -> "pb-h" + id).toList());
                } catch (Exception | AssertionError e) {
                    failures.add(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        start.countDown();
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(60));
        }
        assertThat(failures).isEmpty();
        assertThat(links().list().stream().filter(l -> l.name().startsWith("pb-h")))
                .hasSize(20);
        assertThat(links().list().stream().filter(l -> l.name().startsWith("pb-c")))
                .hasSize(20);
    }
}
