package io.patchbay.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.link.FakeLinks;
import io.patchbay.core.link.LinkEvent;
import io.patchbay.core.link.VethSpec;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.testkit.ManualExecutor;
import io.patchbay.core.testkit.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A daemon that was frozen says nothing of what it wanted to say then. */
final class AnnouncerTest {
    private static final Duration FROZEN = Duration.ofMinutes(3);
    private static final MacAddress BRIDGE = MacAddress.parse("02:77:00:00:00:01");
    private static final MacAddress HOST_END = MacAddress.parse("02:77:00:00:00:02");
    private static final MacAddress MAC = MacAddress.parse("02:50:0a:4d:00:09");

    private final FakeLinks links = new FakeLinks();
    private final ManualTime time = new ManualTime();
    private final ManualExecutor executor = new ManualExecutor();
    private final AtomicInteger asked = new AtomicInteger();
    private final EndpointRecord endpoint = endpoint();
    private boolean stillOurs = true;
    private final Announcer announcer = new Announcer(
            links,
            time,
            e -> {
                asked.incrementAndGet();
                return stillOurs;
            },
            executor);

    private static EndpointRecord endpoint() {
        String id = "0123456789abcdef".repeat(4);
        return new EndpointRecord(
                id,
                "network",
                "h1",
                List.of(Cidr.parse("10.77.0.9/24")),
                MAC,
                false,
                LinkName.of(id).hostEnd(),
                EndpointRecord.State.JOINED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Instant.EPOCH,
                Map.of());
    }

    @BeforeEach
    void itHasJoined() {
        links.ensureBridge(new BridgeSpec("br0", BRIDGE, OptionalInt.empty(), Optional.empty()));
        LinkName names = LinkName.of(endpoint.id());
        links.createVeth(new VethSpec(
                names.hostEnd(),
                names.containerEnd(),
                "br0",
                endpoint.id(),
                HOST_END,
                MAC,
                OptionalInt.empty(),
                OptionalInt.empty()));
        announcer.expect(endpoint, "br0");
    }

    @AfterEach
    void close() {
        executor.shutdownNow();
    }

    private void theContainerIsUp() {
        links.moveToSandbox(LinkName.of(endpoint.id()).containerEnd());
        announcer.onEvent(new LinkEvent.Changed(links.find(endpoint.link()).orElseThrow()));
    }

    @Test
    void whatIsDueIsSaidThreeTimes() {
        theContainerIsUp();
        executor.runWaiting();
        assertThat(links.announcements()).hasSize(3);
        assertThat(asked).hasValue(0);
    }

    @Test
    void whatWasDueLongAgoIsNotSaid() {
        theContainerIsUp();
        time.pass(FROZEN);
        executor.runWaiting();
        assertThat(links.announcements()).isEmpty();
        assertThat(announcer.sent()).isZero();
    }

    @Test
    void whatIsHeardLateIsSaidOnceTheStoreVouchesForIt() {
        time.pass(FROZEN);
        theContainerIsUp();
        executor.runWaiting();
        assertThat(asked).hasValue(1);
        executor.runWaiting();
        assertThat(links.announcements()).hasSize(3);
    }

    @Test
    void whatIsAnothersByThenIsNotSaid() {
        stillOurs = false;
        time.pass(FROZEN);
        theContainerIsUp();
        executor.runWaiting();
        executor.runWaiting();
        assertThat(asked).hasValue(1);
        assertThat(links.announcements()).isEmpty();
    }
}
