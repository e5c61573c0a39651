package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A store that is restored from an older backup, rolled back, wiped, or loses keys, under hosts with running
 * containers.
 */
@Timeout(60)
final class HistoryTest extends TwoHosts {
    private static final Duration PATIENCE = Duration.ofSeconds(31);

    private static final MacAddress MAC = MacAddress.parse("02:11:22:33:44:55");

    /** All records but the signs of life, which are made anew, and spares. */
    private Map<String, String> records() {
        Map<String, String> records = new TreeMap<>();
        for (Store.Entry entry : h1.store().list("").entries()) {
            boolean record = !entry.key().startsWith("rebuild/")
                    && !entry.key().startsWith("history")
                    && !entry.value().text().contains("SPARE");
            if (record) {
                records.put(entry.key(), entry.value().text());
            }
        }
        return records;
    }

    @Test
    void whatCameAfterTheBackupIsThereAgainAndWhatHadEndedIsNot() {
        Container ended = h2.run(lan2);
        Container changed = h1.run(lan1);
        background(h1, h2);
        Runnable restore = h1.store().backup();
        h2.stop(ended);
        h1.stop(changed);
        Container again = h1.run(lan1);
        Container first = h1.run(lan1);
        Container second = h2.run(lan2);
        background(h1, h2);
        Map<String, String> before = records();
        restore.run();
        background(h1, h2);
        assertOnline();
        assertThat(records()).isEqualTo(before);
        assertThat(ownerOf(again)).contains("h1");
        assertThat(ownerOf(first)).contains("h1");
        assertThat(ownerOf(second)).contains("h2");
        assertThat(h2.run(lan2).ip()).isNotIn(again.ip(), first.ip(), second.ip());
        h1.stop(first);
        h1.removeNetwork(h1.createNetwork(NetworkPlan.of("10.78.0.0/24")));
        background(h1, h2);
        assertThat(h2.run(lan2, first.ip().toString()).ip()).isEqualTo(first.ip());
    }

    /** All hosts know all records; if each put back all of them, they would stand in each other's way. */
    @Test
    void whoIsThereIsLeftToPutBackItsOwn() {
        Runnable restore = h1.store().backup();
        Container first = h1.run(lan1);
        Container second = h2.run(lan2);
        background(h1, h2);
        restore.run();
        for (int i = 0; i < 4; i++) {
            h1.background();
        }
        String claims = "claims/default~10.77.0.0_24/";
        assertThat(h1.store().get(claims + first.ip())).isPresent();
        assertThat(h1.store().get(claims + second.ip())).isEmpty();
        background(h1, h2);
        assertOnline();
        assertThat(ownerOf(first)).contains("h1");
        assertThat(ownerOf(second)).contains("h2");
    }

    /** Nobody is told that the store went back; the first who asks it finds out. */
    @Test
    void nothingIsGivenOutBeforeItIsKnownWhatOthersHave() {
        Runnable restore = h1.store().backup();
        Container first = h1.run(lan1, "10.77.0.9");
        background(h1, h2);
        restore.run();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 5; i++) {
                        h2.run(lan2);
                    }
                })
                .hasMessageContaining("history is another");
        h2.background();
        assertThatThrownBy(() -> h2.run(lan2, "10.77.0.9")).isNotNull();
        background(h1, h2);
        assertThat(ownerOf(first)).contains("h1");
        assertThatThrownBy(() -> h2.run(lan2, "10.77.0.9")).hasMessageContaining("10.77.0.9");
    }

    @Test
    void aStoreThatWasWipedHasEverythingAgain() {
        Container first = h1.run(lan1);
        Container second = h2.run(lan2);
        h1.driver()
                .cluster()
                .reserve("10.77.0.0/24", Optional.empty(), AddressRange.parse("10.77.0.50-10.77.0.60"), "x");
        background(h1, h2);
        Map<String, String> before = records();
        h1.store().wipe();
        background(h1, h2);
        h1.driver().cluster().tick();
        h2.driver().cluster().tick();
        background(h1, h2);
        assertOnline();
        assertThat(records()).isEqualTo(before);
        assertThat(ownerOf(first)).contains("h1");
        assertThat(ownerOf(second)).contains("h2");
        h2.stop(second);
        h2.removeNetwork(lan2);
        h1.stop(first);
        h1.removeNetwork(lan1);
    }

    @Test
    void deletedKeysAreThereAgain() {
        Container first = h1.run(lan1, "", Optional.of(MAC));
        h1.driver()
                .cluster()
                .reserve("10.77.0.0/24", Optional.empty(), AddressRange.parse("10.77.0.50-10.77.0.60"), "x");
        background(h1, h2);
        Map<String, String> before = records();
        List<String> prefixes = List.of(
                "",
                "pools/",
                "claims/",
                "macs/",
                "segments/",
                "history",
                "hosts/",
                "networks/",
                "endpoints/",
                "pools/default~10.77.0.0_24/users/");
        for (String prefix : prefixes) {
            h1.store().deletePrefix(prefix);
            background(h1, h2);
            background(h1, h2);
            assertOnline();
            assertThat(records()).as(prefix).isEqualTo(before);
        }
        assertThat(ownerOf(first)).contains("h1");
        assertThatThrownBy(() -> h2.run(lan2, "10.77.0.254")).hasMessageContaining("10.77.0.254");
    }

    /** It is not there to do so itself; who is has waited for it. */
    @Test
    void whatAHostHasThatIsAwayIsPutBackByOthers() {
        Runnable restore = h1.store().backup();
        Container first = h1.run(lan1);
        background(h1, h2);
        h1.line().cut();
        restore.run();
        background(h2);
        assertThat(h2.isAway()).isTrue();
        h1.time.pass(PATIENCE);
        background(h2);
        assertThat(h2.isAway()).isFalse();
        assertThat(ownerAsSeenBy(h2, first)).contains("h1");
        assertThatThrownBy(() -> h2.run(lan2, first.ip().toString())).isNotNull();
        h1.line().mend();
        background(h1, h2);
        assertOnline();
        assertThat(ownerOf(first)).contains("h1");
        assertThat(h1.ourLinks()).contains(first.hostEnd());
    }

    @Test
    void daemonsThatStartAfterwardsPutBackWhatTheirDisksKnow() {
        Runnable restore = h1.store().backup();
        Container first = h1.run(lan1);
        Container second = h2.run(lan2);
        background(h1, h2);
        h1.stopDaemon();
        h2.stopDaemon();
        restore.run();
        h1.restartDaemon();
        h2.restartDaemon();
        background(h1, h2);
        assertOnline();
        assertThat(ownerOf(first)).contains("h1");
        assertThat(ownerOf(second)).contains("h2");
        assertThat(h1.run(lan1).ip()).isNotIn(first.ip(), second.ip());
    }

    /** A write of something else made up for the revisions that were lost. */
    @Test
    void anOlderStateIsNoticedAlsoIfItsRevisionIsHigher() {
        Runnable restore = h1.store().backup();
        Container first = h1.run(lan1);
        background(h1, h2);
        h1.line().cut();
        h2.line().cut();
        background(h1, h2);
        restore.run();
        for (int i = 0; i < 200; i++) {
            h1.store()
                    .commit(Transaction.builder()
                            .put(
                                    "another/program",
                                    h1.store().list("").entries().get(0).value())
                            .build());
        }
        h1.line().mend();
        h2.line().mend();
        background(h1, h2);
        background(h1, h2);
        assertOnline();
        assertThat(ownerOf(first)).contains("h1");
    }

    /** h1 was forgotten, and h2 has got the address; then both put back what they know. */
    @Test
    void ofTwoThatHaveAnAddressTheOneThatGotItLastKeepsIt() {
        Runnable restore = h1.store().backup();
        Container first = h1.run(lan1);
        background(h1, h2);
        h1.line().cut();
        h1.store().expireLeases();
        background(h2);
        h2.driver().cluster().tick();
        h1.time.pass(Duration.ofSeconds(6));
        h2.driver().cluster().forget("h1");
        Container second = h2.run(lan2, first.ip().toString());
        background(h2);
        restore.run();
        h1.line().mend();
        background(h1, h2);
        h1.time.pass(PATIENCE);
        background(h1, h2);
        assertOnline();
        assertThat(ownerOf(second)).contains("h2");
        assertThat(h1.ourLinks()).doesNotContain(first.hostEnd());
    }

    /** A claim that is not there looks as if it were free. */
    @Test
    void anAddressIsNotFreeBecauseAllClaimsAreGone() {
        Container running = h1.run(lan1);
        background(h1, h2);
        h1.store().deletePrefix("claims/");
        assertThatThrownBy(() -> h2.run(lan2, running.ip().toString())).hasMessageContaining("is missing although");
        background(h1, h2);
        assertThat(ownerOf(running)).contains("h1");
    }

    /** A host that did not watch sees a pool without its gateway's claim. */
    @Test
    void whoComesToAStoreThatHasLostKeysNoticesIt() {
        Container running = h1.run(lan1);
        background(h1, h2);
        h2.stopDaemon();
        h1.store().deletePrefix("claims/");
        h2.restartDaemon();
        assertThat(h2.driver().inspection().claims()).isNotEmpty();
        assertThat(h2.isAway()).as("others are waited for").isTrue();
        background(h1, h2);
        assertOnline();
        assertThat(ownerOf(running)).contains("h1");
    }

    /** A store that was wiped counts from the beginning, and its mark gets the revision that the first one had. */
    @Test
    void marksOfOneRevisionAreToldApart() {
        Runnable restore = h1.store().backup();
        h1.store().wipe();
        background(h1, h2);
        Container running = h1.run(lan1);
        background(h1, h2);
        restore.run();
        for (int i = 0; i < 40; i++) {
            h1.store()
                    .commit(Transaction.builder()
                            .put("somebody/else", Value.of(String.valueOf(i)))
                            .build());
        }
        assertThatThrownBy(() -> h2.run(lan2, running.ip().toString())).hasMessageContaining("another than this host");
        background(h1, h2);
        assertThat(ownerOf(running)).contains("h1");
    }

    @Test
    void aMacAddressThatWasGivenAfterTheBackupIsItsHostsStill() {
        Container ended = h2.run(lan2, "", Optional.of(MAC));
        background(h1, h2);
        Runnable restore = h1.store().backup();
        h2.stop(ended);
        background(h1, h2);
        h1.run(lan1, "", Optional.of(MAC));
        background(h1, h2);
        Map<String, String> before = records();
        restore.run();
        background(h1, h2);
        assertOnline();
        assertThat(records()).isEqualTo(before);
        assertThatThrownBy(() -> h2.run(lan2, "", Optional.of(MAC))).hasMessageContaining("on host h1 already");
    }

    /** h1 was forgotten, and h2 has got the MAC address; then both put back what they know. */
    @Test
    void ofTwoThatHaveAMacAddressTheOneThatGotItLastKeepsIt() {
        Container first = h1.run(lan1, "", Optional.of(MAC));
        background(h1, h2);
        Runnable restore = h1.store().backup();
        h1.line().cut();
        h1.store().expireLeases();
        background(h2);
        h2.driver().cluster().tick();
        h1.time.pass(Duration.ofSeconds(6));
        h2.driver().cluster().forget("h1");
        Container second = h2.run(lan2, "", Optional.of(MAC));
        background(h2);
        restore.run();
        h1.line().mend();
        background(h1, h2);
        h1.time.pass(PATIENCE);
        background(h1, h2);
        assertOnline();
        assertThat(h1.ourLinks()).doesNotContain(first.hostEnd());
        assertThat(h2.ourLinks()).contains(second.hostEnd());
        assertThatThrownBy(() -> h1.run(lan1, "", Optional.of(MAC))).hasMessageContaining("on host h2 already");
    }

    /** Also one that no endpoint has any more: only its host gives it away. */
    @Test
    void theMacAddressOfAHostThatIsAwayIsPutBackByOthers() {
        Runnable restore = h1.store().backup();
        Container first = h1.run(lan1, "", Optional.of(MAC));
        background(h1, h2);
        h1.line().cut();
        restore.run();
        background(h2);
        h1.time.pass(PATIENCE);
        background(h2);
        assertThat(h2.isAway()).isFalse();
        assertThatThrownBy(() -> h2.run(lan2, "", Optional.of(MAC))).hasMessageContaining("on host h1 already");
        h1.stop(first);
        h1.line().mend();
        background(h1, h2);
        assertOnline();
        assertThat(h2.run(lan2, "", Optional.of(MAC)).endpoint()).isNotEmpty();
    }

    /** What another host has claimed after this one had stopped listening is not over. */
    @Test
    void whatWasNotHeardIsNotOver() {
        background(h1, h2);
        h1.store().deletePrefix("segments/");
        Container running = h1.run(lan1, "10.77.0.77");
        h2.run(lan2, "10.77.0.78");
        h2.background();
        h2.background();
        assertThat(h1.store().get("claims/default~10.77.0.0_24/" + running.ip()))
                .isPresent();
        background(h1, h2);
        assertThat(ownerOf(running)).contains("h1");
    }
}
