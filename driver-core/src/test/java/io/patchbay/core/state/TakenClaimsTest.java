package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Dockerd.Container;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host comes to a restored store while the one that knows a later time does not look. */
@Timeout(60)
final class TakenClaimsTest extends TwoHosts {
    @Test
    void anAddressThatAnotherHasIsNotGivenFromWhatWasReleasedMeanwhile() {
        h1.stopDaemon();
        Runnable restore = h1.store().backup();
        Container released = h2.run(lan2);
        restore.run();
        h2.stop(released);
        assertThat(h2.isAway()).isTrue();
        h1.restartDaemon();
        h1.time.pass(Duration.ofSeconds(2));
        background(h1);
        assertThat(h1.isAway()).isFalse();
        for (int i = 0; i < 20; i++) {
            h1.store().putByOthers("stays/of/others", Value.of("another"));
        }
        Container taken = h1.run(lan1, released.ip().toString());
        assertThat(taken.ip()).isEqualTo(released.ip());
        h2.background();
        h2.background();
        assertThat(h2.isAway()).isTrue();
        assertThat(h2.run(lan2).ip()).isNotEqualTo(taken.ip());
    }
}
