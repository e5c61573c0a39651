package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.record.Fields;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A store that is restored or loses keys, in which there is what this version cannot read. */
@Timeout(60)
final class UnreadableHistoryTest extends TwoHosts {
    private static final Value SPOILT = Value.of("{\"since\":\"some day\"}");

    private void put(String key, Value value) {
        h1.store().commit(Transaction.builder().put(key, value).build());
        background();
    }

    /** It is not unknown, so it has not ended. */
    @Test
    void whatCouldNotBeReadIsLeftAsItWasBefore() {
        Container running = h1.run(lan1);
        background();
        String claim = "claims/default~10.77.0.0_24/" + running.ip();
        Value before = h1.store().get(claim).orElseThrow().value();
        Runnable restore = h1.store().backup();
        put(claim, SPOILT);
        h1.run(lan1);
        restore.run();
        background();
        assertOnline();
        assertThat(h1.store().get(claim).map(Store.Entry::value)).contains(before);
        assertThat(h2.claim(running.ip().toString()).orElseThrow().endpoint()).contains(running.endpoint());
    }

    @Test
    void aPoolThatCannotBeReadKeepsItsPlaceOnTheSegment() {
        h1.createNetwork(NetworkPlan.of("10.78.0.0/24"));
        background();
        put("pools/default~10.78.0.0_24", SPOILT);
        h1.store().deletePrefix("segments/");
        background();
        assertOnline();
        assertThat(h1.store().get("segments/default").orElseThrow().value().text())
                .contains("10.77.0.0/24", "10.78.0.0/24");
    }

    @Test
    void whatMerelySoundsLikeAMarkIsARecordThatCannotBeRead() {
        put("history-of-the-house", SPOILT);
        put("historians/h2", SPOILT);
        assertThat(h1.driver().inspection().gauges())
                .containsEntry("store_histories", 0L)
                .containsEntry("store_unreadable_records", 2L);
    }

    @Test
    void aHostWhoseDiskSaysInNoUnderstandableWayWhatItKnewStartsAllTheSame() {
        Container running = h1.run(lan1);
        background();
        h1.stopDaemon();
        h1.putOnDisk("history", SPOILT);
        h1.restartDaemon();
        background();
        assertOnline();
        assertThat(h2.claim(running.ip().toString()).orElseThrow().endpoint()).contains(running.endpoint());
    }

    /** Who says something in words that nobody understands is not done, so he is waited for. */
    @Test
    void whatHostsTellEachOtherInNoUnderstandableWaySaysNothing() {
        Container running = h1.run(lan1);
        background();
        h1.store().deletePrefix("claims/");
        h1.background();
        h1.background();
        String under = "rebuild/"
                + Fields.of(h1.store().get("history").orElseThrow().value()).text("id") + "/";
        Value noNumber = Value.of("{\"history\":\"x\",\"origins\":{\"claims/a/b\":\"long ago\"}}");
        for (String key : List.of("hosts/h7", "origins/h7/1", "closed/h7")) {
            put(under + key, Value.of("rubbish"));
        }
        put(under + "hosts/h8", SPOILT);
        put(under + "origins/h7/2", SPOILT);
        put(under + "origins/h7/3", noNumber);
        put("rebuild/rubbish", SPOILT);
        assertThat(h1.isAway()).isTrue();
        h1.time.pass(Duration.ofSeconds(31));
        background();
        assertOnline();
        assertThat(h2.claim(running.ip().toString()).orElseThrow().endpoint()).contains(running.endpoint());
        assertThat(h1.store().get("rebuild/rubbish")).isEmpty();
    }

    /** Others' clients write keys that none of ours could name, and so not delete. */
    @Test
    void keysThatAreNoneHinderNeitherARebuildNorARollCall() {
        Container running = h1.run(lan1);
        background();
        for (String beginning : List.of("history", "rebuild", "calls", "calls/h1", "calls/h2", "claims", "hosts")) {
            for (String end : List.of("/", "//", "//x", "/\u00ff", "/" + "x".repeat(1100))) {
                h1.store().putByOthers(beginning + end, SPOILT);
            }
        }
        background();
        assertThat(h1.driver().inspection().gauges()).containsEntry("store_histories", 0L);
        h1.store().deletePrefix("claims/default");
        background();
        h2.restartDaemon();
        background();
        assertOnline();
        assertThat(h1.store().get("calls/h2")).isEmpty();
        assertThat(h2.claim(running.ip().toString()).orElseThrow().endpoint()).contains(running.endpoint());
    }

    @Test
    void whatLiesBesideAMarkIsNoMark() {
        put("history/rubbish", SPOILT);
        assertThat(h1.driver().inspection().gauges()).containsEntry("store_histories", 0L);
    }

    @Test
    void aMarkThatCannotBeReadIsReplaced() {
        Container running = h1.run(lan1);
        background();
        for (String mark : List.of("rubbish", "{}", "{\"id\":\"x\",\"layers\":[\"nonsense\"]}", "{\"id\":\"/\"}")) {
            put("history", Value.of(mark));
            background();
            assertOnline();
            assertThat(h1.store().get("history").orElseThrow().value()).isNotEqualTo(Value.of(mark));
            assertThat(h1.store().list("history/").entries()).hasSize(1);
            assertThat(h2.claim(running.ip().toString()).orElseThrow().endpoint())
                    .contains(running.endpoint());
        }
    }

    /** It knows no history that it could compare with. */
    @Test
    void aNewHostReplacesAMarkThatCannotBeRead() {
        Container running = h1.run(lan1);
        background();
        h1.line().cut();
        h2.line().cut();
        put("history", SPOILT);
        try (World h3 = h1.neighbour("h3")) {
            h1.line().mend();
            h2.line().mend();
            h1.time.pass(Duration.ofSeconds(31));
            h3.background();
            h3.background();
            background();
            assertOnline();
            assertThat(h3.isAway()).isFalse();
            assertThat(h3.claim(running.ip().toString()).orElseThrow().endpoint())
                    .contains(running.endpoint());
        }
    }
}
