package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Dockerd.Container;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who comes to a store that was restored to a time that it knows cannot tell; the others can. */
@Timeout(60)
final class RollCallTest extends TwoHosts {
    /** To it the store looks as if nothing had happened since. */
    @Test
    void aHostThatWasOffAsksTheOthersBeforeItBelievesAStoreThatWentBack() {
        h2.stopDaemon();
        Runnable restore = h1.store().backup();
        Container running = h1.run(lan1, "10.77.0.9");
        background(h1);
        restore.run();
        h2.restartDaemon();
        assertThatThrownBy(() -> h2.run(lan2, "10.77.0.9")).hasMessageContaining("host h1 has not answered yet");
        background(h1, h2);
        assertOnline();
        assertThatThrownBy(() -> h2.run(lan2, "10.77.0.9")).hasMessageContaining("10.77.0.9");
        assertThat(ownerOf(running)).contains("h1");
        assertThat(h1.store().list("calls/").entries()).isEmpty();
    }

    @Test
    void aHostThatWasAwayAsksTheOthersToo() {
        h2.line().cut();
        background(h2);
        Runnable restore = h1.store().backup();
        Container running = h1.run(lan1, "10.77.0.9");
        background(h1);
        restore.run();
        h2.line().mend();
        h2.background();
        h2.background();
        assertThatThrownBy(() -> h2.run(lan2, "10.77.0.9")).hasMessageContaining("host h1 has not answered yet");
        background(h1, h2);
        assertOnline();
        assertThat(ownerOf(running)).contains("h1");
    }

    /** Or it would lie in the store until the host calls again. */
    @Test
    void anAnswerThatComesLateIsTakenBack() {
        background(h1, h2);
        h1.store()
                .commit(Transaction.builder()
                        .put("calls/h2/h1", Value.of("late"))
                        .build());
        background(h1, h2);
        assertThat(h1.store().list("calls/").entries()).isEmpty();
    }

    @Test
    void whoDoesNotAnswerIsWaitedForAsLongAsALookTakes() {
        h1.line().cut();
        h2.restartDaemon();
        h2.background();
        assertThat(h2.isAway()).isTrue();
        h1.time.pass(Duration.ofSeconds(2));
        h2.background();
        assertThat(h2.isAway()).isFalse();
        assertThat(h1.store().list("calls/").entries()).isEmpty();
    }

    /** As after an outage of the store: each answers the others. */
    @Test
    void hostsThatComeBackAtOnceAnswerEachOther() {
        h1.line().cut();
        h2.line().cut();
        background(h1, h2);
        h1.line().mend();
        h2.line().mend();
        background(h1, h2);
        assertOnline();
        assertThat(h1.store().list("calls/").entries()).isEmpty();
    }
}
