package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.Life.Container;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.testkit.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What answers of the LAN mean, and for how long. */
final class AnswersTest {
    private static final IpAddress A = IpAddress.parse("10.77.0.16");
    private static final IpAddress B = IpAddress.parse("10.77.0.17");
    private static final MacAddress PRINTER = MacAddress.parse("00:11:22:33:44:55");
    private static final MacAddress OWN = MacAddress.parse("02:50:0a:4d:00:10");
    private static final Duration LITTLE = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final Answers answers = new Answers(time);

    @Test
    void silenceCountsForFiveMinutes() {
        assertThat(answers.isSilent(A)).isFalse();
        answers.silent(A);
        time.pass(Answers.FRESH.minus(LITTLE));
        assertThat(answers.isSilent(A)).isTrue();
        time.pass(LITTLE);
        assertThat(answers.isSilent(A)).isFalse();
        answers.prune();
        assertThat(answers.isDue(A, Duration.ofDays(1))).isTrue();
    }

    @Test
    void whoWasHeardHasItForFiveMinutesAfterTheLastAnswer() {
        answers.heard(A, PRINTER);
        time.pass(Duration.ofMinutes(1));
        // a machine that sleeps misses one
        answers.silent(A);
        assertThat(answers.macOf(A)).contains(PRINTER);
        assertThat(answers.isSilent(A)).isFalse();
        time.pass(Duration.ofMinutes(4));
        assertThat(answers.macOf(A)).isEmpty();
        assertThat(answers.isRemembered(A)).isTrue();
        answers.silent(A);
        assertThat(answers.isSilent(A)).isTrue();
    }

    @Test
    void whatIsClaimedHasToBeAskedForAnew() {
        answers.silent(A);
        answers.heard(B, PRINTER);
        answers.claimed(A);
        answers.claimed(B);
        assertThat(answers.isSilent(A)).isFalse();
        assertThat(answers.macOf(B)).contains(PRINTER);
    }

    @Test
    void anAnswerThatCountsForNothingIsNeither() {
        answers.unclear(A);
        assertThat(answers.isSilent(A)).isFalse();
        assertThat(answers.macOf(A)).isEmpty();
        assertThat(answers.isDue(A, LITTLE)).isFalse();
    }

    private static Claim claim(String host, Life life) {
        return Claim.of(PoolName.parse("default~10.77.0.0_24"), A, new Owner.OfHost(host, "user"), life, Instant.EPOCH);
    }

    private static Life shared() {
        return new Life.Shared(Life.Use.AUX);
    }

    @Test
    void whatAnAnswerMeansTheClaimTells() {
        Container known = new Container(Optional.of(OWN), Optional.of("web"), false);
        Map<Life, AnswerMeaning> ofThisHost = new LinkedHashMap<>();
        ofThisHost.put(shared(), AnswerMeaning.OURS);
        ofThisHost.put(new Life.Asked(Container.UNKNOWN), AnswerMeaning.CONTESTED);
        ofThisHost.put(new Life.Bound("e", known), AnswerMeaning.CONTESTED);
        ofThisHost.put(new Life.Releasing(known), AnswerMeaning.OURS);
        ofThisHost.put(new Life.Held(known), AnswerMeaning.TO_BE_LET_GO);
        ofThisHost.put(new Life.Spare(Optional.empty()), AnswerMeaning.TO_BE_LET_GO);
        ofThisHost.forEach((life, meaning) -> {
            assertThat(AnswerMeaning.of(Optional.of(claim("h1", life)), PRINTER, "h1"))
                    .as("%s", life)
                    .isEqualTo(meaning);
            assertThat(AnswerMeaning.of(Optional.of(claim("h2", life)), PRINTER, "h1"))
                    .as("another host's %s", life)
                    .isEqualTo(AnswerMeaning.OURS);
        });
        for (Function<Container, Life> life : List.<Function<Container, Life>>of(
                c -> new Life.Bound("e", c), Life.Asked::new, Life.Releasing::new, Life.Held::new)) {
            assertThat(AnswerMeaning.of(Optional.of(claim("h1", life.apply(known))), OWN, "h1"))
                    .as("the container itself, %s", life.apply(known))
                    .isEqualTo(AnswerMeaning.OURS);
        }
        assertThat(AnswerMeaning.of(Optional.empty(), PRINTER, "h1")).isEqualTo(AnswerMeaning.FOREIGN);
        assertThat(Arrays.stream(AnswerMeaning.values()).filter(AnswerMeaning::isForQuarantine))
                .containsExactly(AnswerMeaning.TO_BE_LET_GO, AnswerMeaning.FOREIGN);
    }

    @Test
    void whoAnswersWhereNobodyIsSilentAnswersForOthers() {
        List<IpAddress> asked =
                IntStream.range(0, Proxies.TESTED).mapToObj(A::plus).toList();
        Map<IpAddress, MacAddress> all = new LinkedHashMap<>();
        asked.forEach(address -> all.put(address, PRINTER));
        assertThat(Proxies.answersForAll(PRINTER, asked, all)).isTrue();
        // most of the machines are really there
        asked.subList(4, 16).forEach(address -> all.put(address, OWN));
        assertThat(Proxies.answersForAll(PRINTER, asked, all)).isTrue();
        all.put(A, OWN);
        assertThat(Proxies.answersForAll(PRINTER, asked, all)).isFalse();
        asked.forEach(address -> all.put(address, PRINTER));
        all.remove(A);
        assertThat(Proxies.answersForAll(PRINTER, asked, all)).isFalse();
        assertThat(Proxies.answersForAll(PRINTER, asked, Map.of())).isFalse();
    }
}
