package io.patchbay.core.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Inspection;
import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.inspect.Inspection.ConflictView;
import io.patchbay.core.link.Announcement;
import io.patchbay.core.link.FakeLinks.Verb;
import io.patchbay.core.link.Sighting;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Another station speaks for an address that a container of ours has. */
class ConflictsTest {
    static final Map<String, String> ASKED = Map.of("io.patchbay.probe", "on");
    private static final MacAddress SQUATTER = MacAddress.parse("02:aa:00:00:00:01");
    private static final MacAddress FIRST = MacAddress.parse("02:bb:00:00:00:01");
    private static final MacAddress SECOND = MacAddress.parse("02:bb:00:00:00:02");

    private final World h1 = World.ofCluster(0);
    private final World h2 = h1.neighbour("h2");
    private final Network lan = lan(h1);

    @AfterEach
    void close() {
        h2.close();
        h1.close();
    }

    private static Network lan(World world) {
        Network made = world.createNetwork(NetworkPlan.of(World.LAN).withOptions(ASKED));
        Await.until("listening", () -> world.links.listenedOn().equals(List.of("br0")));
        return made;
    }

    private static void say(World world, IpAddress address, MacAddress mac) {
        world.links.say("br0", new Sighting.Station(address, mac, true));
    }

    /** A claim may be known long before it is bound for a container: as one of a host's reserve. */
    private static void awaitBound(World world, IpAddress address) {
        Await.until(
                address + " is known to be a container's",
                () -> world.claim(address.toString())
                        .flatMap(ClaimView::endpoint)
                        .isPresent());
    }

    private static List<ConflictView> conflicts(World world) {
        return world.driver().inspection().conflicts();
    }

    private static void awaitConflict(World world, IpAddress address, MacAddress mac) {
        Await.until(
                "a conflict about " + address,
                () -> conflicts(world).stream()
                        .anyMatch(c -> c.address().equals(address.toString())
                                && c.mac().equals(mac.toString())));
    }

    /** What was said before has been looked at when a conflict that is said afterwards is known. */
    private void assertOnlyConflictIsThatOf(World world, Container other) {
        say(world, other.ip(), SQUATTER);
        awaitConflict(world, other.ip(), SQUATTER);
        assertThat(conflicts(world)).hasSize(1);
    }

    private static List<Finding> findings(World world, String check) {
        return world.driver().inspection().doctor().stream()
                .filter(f -> f.check().equals(check))
                .toList();
    }

    @Test
    void itListensWhereItsNetworksLeadToALan() {
        h1.createNetwork(NetworkPlan.of("10.78.0.0/24").withOptions(ASKED).asInternal());
        assertThat(h1.links.listenedOn()).containsExactly("br0");
        assertThat(findings(h1, "address-conflict"))
                .extracting(Finding::severity)
                .containsExactly(Severity.OK);
        h1.removeNetwork(lan);
        Await.until("nobody listens", () -> h1.links.listenedOn().isEmpty());
    }

    @Test
    void itDoesNotListenWhereNobodyIsToBeAsked() {
        h2.createNetwork(NetworkPlan.of(World.LAN));
        h2.driver().reconcile();
        assertThat(h2.links.listenedOn()).isEmpty();
        assertThat(findings(h2, "address-conflict")).isEmpty();
    }

    @Test
    void aBridgeThatCannotBeListenedOnIsNamedAndTriedAgain() {
        h2.links.failNext(Verb.LISTEN, new PatchbayException(PatchbayException.Kind.UNAVAILABLE, "br0 is down"));
        h2.createNetwork(NetworkPlan.of(World.LAN).withOptions(ASKED));
        Await.until("named", () -> !findings(h2, "listener").isEmpty());
        assertThat(findings(h2, "listener").get(0).message()).endsWith("br0 is down");
        h2.driver().reconcile();
        assertThat(h2.links.listenedOn()).containsExactly("br0");
        assertThat(findings(h2, "listener")).isEmpty();
    }

    @Test
    void anotherStationIsNamedAndAnsweredOnce() {
        Container web = h1.run(lan);
        say(h1, web.ip(), SQUATTER);
        awaitConflict(h1, web.ip(), SQUATTER);
        assertThat(conflicts(h1))
                .containsExactly(
                        new ConflictView("default~10.77.0.0_24", web.ip().toString(), "h1", SQUATTER.toString(), "h1"));
        Finding finding = findings(h1, "address-conflict").get(0);
        assertThat(finding.severity()).isEqualTo(Severity.FAIL);
        assertThat(finding.subject()).isEqualTo(web.ip().toString());
        assertThat(finding.message()).contains("a station with MAC " + SQUATTER, "on host h1", "heard on br0");
        Await.until("it was defended", () -> h1.driver().inspection().defences() == 1);
        Announcement last =
                h1.links.announcements().get(h1.links.announcements().size() - 1);
        assertThat(last.addresses()).containsExactly(web.ip());
        assertThat(last.port()).isEqualTo(web.hostEnd());
    }

    /** RFC 5227, 2.4: no second announcement within DEFEND_INTERVAL. */
    @Test
    void anAddressIsDefendedAtMostEveryTenSeconds() {
        Inspection seen = h1.driver().inspection();
        Container web = h1.run(lan);
        Container other = h1.run(lan);
        say(h1, web.ip(), SQUATTER);
        say(h1, web.ip(), FIRST);
        awaitConflict(h1, web.ip(), FIRST);
        Await.until("the first is defended", () -> seen.defences() == 1);
        h1.time.pass(Duration.ofSeconds(9));
        say(h1, web.ip(), SQUATTER);
        say(h1, other.ip(), SQUATTER);
        Await.until("the other is defended", () -> seen.defences() == 2);
        h1.time.pass(Duration.ofSeconds(1));
        say(h1, web.ip(), SQUATTER);
        Await.until("it is defended again", () -> seen.defences() == 3);
    }

    @Test
    void whatTheContainerAndThisHostSayIsNone() {
        Container web = h1.run(lan, "10.77.0.50", Optional.of(FIRST));
        say(h1, web.ip(), FIRST);
        say(h1, web.ip(), h1.links.find("eth0").orElseThrow().mac());
        assertOnlyConflictIsThatOf(h1, h1.run(lan));
    }

    @Test
    void anotherHostNamesItTooAndLeavesTheDefenceToItsOwner() {
        Network there = lan(h2);
        Container web = h1.run(lan);
        awaitBound(h2, web.ip());
        say(h2, web.ip(), SQUATTER);
        awaitConflict(h2, web.ip(), SQUATTER);
        assertThat(conflicts(h2).get(0).holder()).isEqualTo("h1");
        assertThat(conflicts(h2).get(0).seenBy()).isEqualTo("h2");
        Container own = h2.run(there);
        say(h2, own.ip(), SQUATTER);
        Await.until("its own is defended", () -> h2.driver().inspection().defences() == 1);
    }

    @Test
    void whoSpeaksIsSaidWhereARecordTells() {
        Container web = h1.run(lan);
        Container bad = h1.run(lan, "10.77.0.60", Optional.of(SECOND));
        say(h1, web.ip(), SECOND);
        awaitConflict(h1, web.ip(), SECOND);
        assertThat(findings(h1, "address-conflict").get(0).message())
                .contains(
                        "the container of endpoint " + bad.endpoint().substring(0, 12) + " of host h1 (MAC " + SECOND);
    }

    /** Who had an address may be heard for a moment when another has it already. */
    @Test
    void anAddressThatHasJustMovedIsNone() {
        Network there = lan(h2);
        Container before = h1.run(lan, "10.77.0.50", Optional.of(FIRST));
        awaitBound(h2, before.ip());
        h1.stop(before);
        Container after = h2.run(there, "10.77.0.50", Optional.of(SECOND));
        say(h2, after.ip(), FIRST);
        Container own = h2.run(there);
        assertOnlyConflictIsThatOf(h2, own);
        h2.time.pass(Duration.ofSeconds(30));
        say(h2, after.ip(), FIRST);
        awaitConflict(h2, after.ip(), FIRST);
    }

    /** Others go on without being heard of, so what is known of them says nothing. */
    @Test
    void whileTheStoreIsAwayOnlyItsOwnAddressesCount() {
        Network there = lan(h2);
        Container others = h1.run(lan);
        awaitBound(h2, others.ip());
        Container own = h2.run(there);
        h2.line().cut();
        Await.until("away", h2::isAway);
        say(h2, others.ip(), SQUATTER);
        assertOnlyConflictIsThatOf(h2, own);
    }

    @Test
    void itIsOverAfterSomeMinutesOfSilence() {
        Container web = h1.run(lan);
        say(h1, web.ip(), SQUATTER);
        awaitConflict(h1, web.ip(), SQUATTER);
        h1.time.pass(Duration.ofMinutes(4));
        assertThat(conflicts(h1)).hasSize(1);
        h1.time.pass(Duration.ofMinutes(1));
        assertThat(conflicts(h1)).isEmpty();
    }

    @Test
    void itEndsWithTheContainer() {
        Container web = h1.run(lan);
        say(h1, web.ip(), SQUATTER);
        awaitConflict(h1, web.ip(), SQUATTER);
        h1.stop(web);
        assertThat(conflicts(h1)).isEmpty();
    }

    /** What nobody has claimed goes to the quarantine, unless this host has asked for it. */
    @Test
    void anAddressThatNobodyHasClaimedGoesIntoQuarantine() {
        Container web = h1.run(lan);
        IpAddress free = IpAddress.parse("10.77.0.99");
        IpAddress asked = IpAddress.parse("10.77.0.98");
        h1.links.say("br0", new Sighting.Station(asked, SQUATTER, false));
        say(h1, free, SQUATTER);
        Await.until("in quarantine", () -> standing(free).equals("quarantined"));
        assertThat(standing(asked)).isEqualTo("free");
        assertOnlyConflictIsThatOf(h1, web);
    }

    private String standing(IpAddress address) {
        return h1.driver().inspection().why(address, Optional.empty()).get(0).standing();
    }

    /** A flood of made-up stations fills neither memory nor Prometheus. */
    @Test
    void noMoreThanAHundredAreKept() {
        Container web = h1.run(lan);
        for (int i = 0; i < 300; i++) {
            MacAddress mac = new MacAddress(0x02cc_0000_0000L + i);
            say(h1, web.ip(), mac);
            if (i < 100) {
                awaitConflict(h1, web.ip(), mac);
            }
        }
        Container other = h1.run(lan);
        // while a hundred wait to be looked at no more are taken
        Await.until("the last was looked at", () -> {
            say(h1, other.ip(), SQUATTER);
            return h1.driver().inspection().defences() == 2;
        });
        assertThat(conflicts(h1)).hasSize(100);
    }
}
