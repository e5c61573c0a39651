package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.ipam.ClaimLife.Verdict;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.Life.Container;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/**
 * All lives by all wishes of host h1. Of the words: {@code +leader} is a host's that a swarm's leader allocated,
 * {@code ?} is said of an endpoint that may be stale, {@code unsure} a refusal because the leader cannot be asked.
 */
class ClaimLifeTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant EARLIER = NOW.minus(Duration.ofHours(1));
    private static final PoolName POOL = PoolName.parse("default~10.77.0.0_24");
    private static final IpAddress ADDRESS = IpAddress.parse("10.77.0.9");
    private static final MacAddress MAC = MacAddress.parse("02:42:0a:4d:00:09");
    private static final Owner.OfHost H1 = new Owner.OfHost("h1", "user1");
    private static final Owner.OfHost H2 = new Owner.OfHost("h2", "user2");
    private static final Owner.OfHost LEADERS = new Owner.OfHost("h1", "user1", Optional.of("leader"));
    private static final Owner SWARM = new Owner.OfSwarm("leader");
    private static final Container WEB = new Container(Optional.of(MAC), Optional.of("web"), false);
    private static final PoolUser USER = PoolUser.ofHost(
                    POOL, "h1", "user1", AddressRange.parse("10.77.0.1-10.77.0.254"), EARLIER)
            .withNetwork("network");
    private static final EndpointRecord ENDPOINT = new EndpointRecord(
            "wanted",
            "network",
            "h1",
            List.of(Cidr.parse("10.77.0.9/24")),
            MAC,
            false,
            "pb-wanted",
            EndpointRecord.State.RESERVED,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            NOW,
            Map.of());

    private static final ClaimLife.Facts ONLINE = facts(false, true, true);
    private static final ClaimLife.Facts ALONE = facts(true, false, false);
    private static final ClaimLife.Facts ALONE_KNOWN = facts(true, true, true);
    private static final ClaimLife.Facts LEADER_GONE = facts(false, false, false);

    private static ClaimLife.Facts facts(boolean alone, boolean leaders, boolean forNetwork) {
        return new ClaimLife.Facts() {
            @Override
            public Instant now() {
                return NOW;
            }

            @Override
            public boolean isAlone() {
                return alone;
            }

            @Override
            public boolean isLeaders(PoolName pool, String user) {
                return leaders && user.equals("leader");
            }

            @Override
            public boolean isForNetwork(String network, PoolName pool, String user) {
                return forNetwork && network.equals("network") && user.equals("leader");
            }
        };
    }

    private static final Map<String, Claim> LIVES = lives();

    private static Map<String, Claim> lives() {
        Map<String, Claim> lives = new LinkedHashMap<>();
        lives.put("gateway", claim(H2, new Life.Shared(Life.Use.GATEWAY)));
        lives.put("aux", claim(H1, new Life.Shared(Life.Use.AUX)));
        lives.put("asked h1, just now", Claim.of(POOL, ADDRESS, H1, new Life.Asked(Container.UNKNOWN), NOW));
        for (Owner owner : List.of(H1, LEADERS, H2, SWARM)) {
            add(lives, claim(owner, new Life.Asked(Container.UNKNOWN)));
        }
        for (Owner owner : List.of(H1, LEADERS, H2)) {
            add(lives, claim(owner, new Life.Bound("other", WEB)));
        }
        for (Owner owner : List.of(H1, LEADERS, H2)) {
            add(lives, claim(owner, new Life.Releasing(WEB)));
        }
        for (Owner owner : List.of(H1, H2)) {
            add(lives, claim(owner, new Life.Held(WEB)));
        }
        for (Owner owner : List.of(H1, H2)) {
            add(lives, claim(owner, new Life.Spare(Optional.empty())));
        }
        return lives;
    }

    private static void add(Map<String, Claim> lives, Claim claim) {
        lives.put(word(claim), claim);
    }

    private static Claim claim(Owner owner, Life life) {
        return Claim.of(POOL, ADDRESS, owner, life, EARLIER);
    }

    private static String word(Claim claim) {
        String life = claim.life()
                .map(new Life.Cases<>(
                        shared -> claim.kind(),
                        asked -> "asked",
                        bound -> "bound",
                        releasing -> "releasing",
                        held -> "held",
                        spare -> "spare"));
        return life + " "
                + claim.owner()
                        .<String>map(
                                host -> host.name() + (host.leader().isPresent() ? "+leader" : ""), swarm -> "swarm");
    }

    private static String word(Verdict verdict) {
        if (verdict instanceof Verdict.Becomes becomes) {
            return word(becomes.next());
        }
        if (verdict instanceof Verdict.Refused refused) {
            return switch (refused.kind()) {
                case CONFLICT -> "refused";
                case UNAVAILABLE -> "unsure";
                default -> refused.kind().name();
            };
        }
        return verdict instanceof Verdict.IfStale stale
                ? "? " + word(stale.otherwise())
                : verdict instanceof Verdict.IfLetGo
                        ? "if let go"
                        : verdict.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }

    /** What a wish makes of each life, as lines of a table. */
    @SafeVarargs
    private static String table(BiFunction<Optional<Claim>, Optional<String>, Verdict>... wishes) {
        StringBuilder table = new StringBuilder();
        Map<String, Optional<Claim>> rows = new LinkedHashMap<>();
        rows.put("absent", Optional.empty());
        LIVES.forEach((name, claim) -> rows.put(name, Optional.of(claim)));
        rows.forEach((name, claim) -> {
            table.append(String.format("%-20s", name));
            for (var wish : wishes) {
                table.append(String.format("| %-20s", word(wish.apply(claim, Optional.empty()))));
            }
            table.append('\n');
        });
        return table.toString().replaceAll(" +\n", "\n");
    }

    private static BiFunction<Optional<Claim>, Optional<String>, Verdict> take(ClaimLife.Facts facts) {
        return (claim, gone) -> ClaimLife.take(claim, USER, claim(H1, new Life.Asked(WEB)), gone, facts);
    }

    private static Verdict bind(Optional<Claim> claim, Optional<String> gone) {
        return ClaimLife.bind(claim, claim(H1, new Life.Asked(Container.UNKNOWN)), ENDPOINT, gone, NOW);
    }

    private static Verdict share(Optional<Claim> claim, Optional<String> gone) {
        return ClaimLife.share(claim, claim(H1, new Life.Shared(Life.Use.GATEWAY)), "h1");
    }

    private static BiFunction<Optional<Claim>, Optional<String>, Verdict> allocate(boolean told) {
        Claim wanted = claim(SWARM, new Life.Asked(Container.UNKNOWN));
        return (claim, gone) -> ClaimLife.allocate(claim, wanted, told, "h1");
    }

    private static BiFunction<Optional<Claim>, Optional<String>, Verdict> release(ClaimLife.Facts facts) {
        return (claim, gone) -> ClaimLife.release(claim, USER, gone, facts);
    }

    private static BiFunction<Optional<Claim>, Optional<String>, Verdict> end(ClaimLife.Facts facts) {
        return (claim, gone) -> claim.map(c -> ClaimLife.end(c, facts)).orElse(new Verdict.Stays());
    }

    private static Verdict giveUp(Optional<Claim> claim, Optional<String> gone) {
        return claim.map(c -> ClaimLife.giveUp(c, "leader")).orElse(new Verdict.Stays());
    }

    @Test
    void theAddressIsAskedFor() {
        // by --ip, online and alone; bound
        assertThat(table(take(ONLINE), take(ALONE), ClaimLifeTest::bind)).isEqualTo("""
                        absent              | asked h1            | asked h1            | bound h1
                        gateway             | refused             | refused             | refused
                        aux                 | refused             | refused             | refused
                        asked h1, just now  | refused             | refused             | bound h1
                        asked h1            | asked h1            | asked h1            | bound h1
                        asked h1+leader     | asked h1+leader     | unsure              | bound h1+leader
                        asked h2            | refused             | refused             | refused
                        asked swarm         | asked h1+leader     | refused             | refused
                        bound h1            | ? refused           | ? refused           | ? refused
                        bound h1+leader     | ? refused           | ? refused           | ? refused
                        bound h2            | refused             | refused             | refused
                        releasing h1        | asked h1            | asked h1            | bound h1
                        releasing h1+leader | asked h1+leader     | unsure              | bound h1+leader
                        releasing h2        | refused             | refused             | refused
                        held h1             | asked h1            | asked h1            | bound h1
                        held h2             | asked h1            | asked h1            | bound h1
                        spare h1            | asked h1            | asked h1            | bound h1
                        spare h2            | if let go           | if let go           | refused
                        """);
    }

    @Test
    void theAddressIsWantedForOtherThanAContainerOfThisHost() {
        // as gateway; by a leader, and told again by a new one
        assertThat(table(ClaimLifeTest::share, allocate(false), allocate(true))).isEqualTo("""
                        absent              | gateway h1          | asked swarm         | asked swarm
                        gateway             | stays               | refused             | refused
                        aux                 | refused             | refused             | refused
                        asked h1, just now  | refused             | refused             | refused
                        asked h1            | refused             | refused             | refused
                        asked h1+leader     | refused             | refused             | stays
                        asked h2            | refused             | refused             | refused
                        asked swarm         | refused             | refused             | stays
                        bound h1            | refused             | refused             | refused
                        bound h1+leader     | refused             | refused             | stays
                        bound h2            | refused             | refused             | refused
                        releasing h1        | refused             | refused             | refused
                        releasing h1+leader | refused             | refused             | stays
                        releasing h2        | refused             | refused             | refused
                        held h1             | gateway h1          | asked swarm         | asked swarm
                        held h2             | gateway h1          | asked swarm         | asked swarm
                        spare h1            | gateway h1          | asked swarm         | asked swarm
                        spare h2            | if let go           | if let go           | if let go
                        """);
    }

    @Test
    void theAddressIsGivenBack() {
        // online, alone, and when the leader has given its network up
        assertThat(table(release(ONLINE), release(ALONE), release(LEADER_GONE))).isEqualTo("""
                        absent              | stays               | stays               | stays
                        gateway             | stays               | stays               | stays
                        aux                 | stays               | stays               | stays
                        asked h1, just now  | held h1             | held h1             | held h1
                        asked h1            | held h1             | held h1             | held h1
                        asked h1+leader     | asked swarm         | releasing h1+leader | held h1
                        asked h2            | stays               | stays               | stays
                        asked swarm         | stays               | stays               | stays
                        bound h1            | ? stays             | ? stays             | ? stays
                        bound h1+leader     | ? stays             | ? stays             | ? stays
                        bound h2            | stays               | stays               | stays
                        releasing h1        | held h1             | held h1             | held h1
                        releasing h1+leader | asked swarm         | releasing h1+leader | held h1
                        releasing h2        | stays               | stays               | stays
                        held h1             | stays               | stays               | stays
                        held h2             | stays               | stays               | stays
                        spare h1            | stays               | stays               | stays
                        spare h2            | stays               | stays               | stays
                        """);
    }

    @Test
    void theClaimIsOver() {
        // online; alone, the leader's user unknown and known; when the leader has given its network up
        assertThat(table(end(ONLINE), end(ALONE), end(ALONE_KNOWN), end(LEADER_GONE)))
                .isEqualTo("""
                        absent              | stays               | stays               | stays               | stays
                        gateway             | ends                | ends                | ends                | ends
                        aux                 | ends                | ends                | ends                | ends
                        asked h1, just now  | ends                | ends                | ends                | ends
                        asked h1            | ends                | ends                | ends                | ends
                        asked h1+leader     | asked swarm         | unsure              | asked swarm         | ends
                        asked h2            | ends                | ends                | ends                | ends
                        asked swarm         | ends                | ends                | ends                | ends
                        bound h1            | ends                | ends                | ends                | ends
                        bound h1+leader     | asked swarm         | unsure              | asked swarm         | ends
                        bound h2            | ends                | ends                | ends                | ends
                        releasing h1        | ends                | ends                | ends                | ends
                        releasing h1+leader | asked swarm         | unsure              | asked swarm         | ends
                        releasing h2        | ends                | ends                | ends                | ends
                        held h1             | ends                | ends                | ends                | ends
                        held h2             | ends                | ends                | ends                | ends
                        spare h1            | ends                | ends                | ends                | ends
                        spare h2            | ends                | ends                | ends                | ends
                        """);
    }

    @Test
    void theLeaderGivesUp() {
        assertThat(table(ClaimLifeTest::giveUp)).isEqualTo("""
                        absent              | stays
                        gateway             | stays
                        aux                 | stays
                        asked h1, just now  | stays
                        asked h1            | stays
                        asked h1+leader     | asked h1
                        asked h2            | stays
                        asked swarm         | ends
                        bound h1            | stays
                        bound h1+leader     | bound h1
                        bound h2            | stays
                        releasing h1        | stays
                        releasing h1+leader | releasing h1
                        releasing h2        | stays
                        held h1             | stays
                        held h2             | stays
                        spare h1            | stays
                        spare h2            | stays
                        """);
    }

    @Test
    void whatAStaleEndpointHasIsJudgedAgainWhenThatIsGone() {
        Optional<String> gone = Optional.of("other");
        Optional<Claim> own = Optional.of(claim(H1, new Life.Bound("other", WEB)));
        Optional<Claim> leaders = Optional.of(claim(LEADERS, new Life.Bound("other", WEB)));
        assertThat(word(take(ONLINE).apply(own, gone))).isEqualTo("asked h1");
        assertThat(word(take(ONLINE).apply(leaders, gone))).isEqualTo("asked h1+leader");
        assertThat(word(take(ALONE).apply(leaders, gone))).isEqualTo("unsure");
        assertThat(word(bind(own, gone))).isEqualTo("bound h1");
        assertThat(word(release(ONLINE).apply(own, gone))).isEqualTo("held h1");
        assertThat(word(release(ONLINE).apply(leaders, gone))).isEqualTo("asked swarm");
        Optional<String> another = Optional.of("another");
        assertThat(word(take(ONLINE).apply(own, another))).isEqualTo("? refused");
        assertThat(word(bind(own, another))).isEqualTo("? refused");
        assertThat(word(release(ONLINE).apply(own, another))).isEqualTo("? stays");
    }

    @Test
    void theSameRequestAgainIsKnownByItsMac() {
        Claim asked = Claim.of(POOL, ADDRESS, H1, new Life.Asked(WEB), NOW.minusSeconds(1));
        assertThat(word(take(ONLINE).apply(Optional.of(asked), Optional.empty())))
                .isEqualTo("stays");
    }

    private static Verdict keep(Optional<Claim> claim, Optional<String> gone) {
        Claim wanted = claim(H1, new Life.Held(new Container(Optional.empty(), Optional.of("fix"), true)));
        return ClaimLife.keep(claim, wanted, Set.of("fix"));
    }

    @Test
    void aContainerThatDoesNotRunNamesTheAddress() {
        assertThat(table(ClaimLifeTest::keep)).isEqualTo("""
                        absent              | held h1
                        gateway             | stays
                        aux                 | stays
                        asked h1, just now  | asked h1
                        asked h1            | asked h1
                        asked h1+leader     | stays
                        asked h2            | stays
                        asked swarm         | stays
                        bound h1            | bound h1
                        bound h1+leader     | stays
                        bound h2            | stays
                        releasing h1        | releasing h1
                        releasing h1+leader | stays
                        releasing h2        | stays
                        held h1             | held h1
                        held h2             | stays
                        spare h1            | held h1
                        spare h2            | stays
                        """);
        Verdict again = keep(
                Optional.of(claim(H1, new Life.Held(new Container(Optional.empty(), Optional.of("fix"), true)))),
                Optional.empty());
        assertThat(word(again)).isEqualTo("stays");
    }

    @Test
    void aRefusalSaysWhoHasTheAddress() {
        assertThat(sentence("gateway"))
                .isEqualTo("address 10.77.0.9 of pool 10.77.0.0/24 is the gateway, named by a network of host h2");
        assertThat(sentence("bound h2"))
                .isEqualTo("address 10.77.0.9 of pool 10.77.0.0/24 is held by container web, endpoint other on host h2"
                        + " since 2026-03-01T09:00:00Z");
        assertThat(sentence("asked h2"))
                .isEqualTo("address 10.77.0.9 of pool 10.77.0.0/24 is held by a container that is starting or stopping"
                        + " on host h2 since 2026-03-01T09:00:00Z");
    }

    private static String sentence(String life) {
        Verdict verdict = take(ONLINE).apply(Optional.ofNullable(LIVES.get(life)), Optional.empty());
        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        return ((Verdict.Refused) verdict).sentence();
    }
}
