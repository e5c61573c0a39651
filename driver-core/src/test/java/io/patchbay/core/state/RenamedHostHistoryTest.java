package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.testkit.Dockerd.Container;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A store that is restored under a host that gets another name. */
@Timeout(20)
final class RenamedHostHistoryTest extends TwoHosts {
    private static final Duration PATIENCE = Duration.ofSeconds(31);

    private void assertIsOf(String host, Container container) {
        background(h1, h2);
        assertOnline();
        assertThat(ownerOf(container)).contains(host);
        assertThat(h1.driver().inspection().endpoints())
                .filteredOn(e -> e.id().equals(container.endpoint()))
                .singleElement()
                .satisfies(e -> assertThat(e.host()).isEqualTo(host));
    }

    /** The backup has the old name. */
    @Test
    void whatTheHostHasTakenOverStaysUnderItsNewName() {
        Container running = h1.run(lan1);
        background(h1, h2);
        Runnable restore = h1.store().backup();
        h1.restartDaemonAs("h9");
        assertIsOf("h9", running);
        restore.run();
        assertIsOf("h9", running);
        assertThat(h1.store().get("hosts/h1")).isEmpty();
    }

    /** What came after the backup is known to the other host alone, and under the old name. */
    @Test
    void theNewNameTakesOverWhatTheOtherHostPutsBackOfTheOldOne() {
        Runnable restore = h1.store().backup();
        Container running = h1.run(lan1);
        background(h1, h2);
        restore.run();
        h2.background();
        h2.background();
        h1.restartDaemonAs("h9");
        background(h1, h2);
        h1.time.pass(PATIENCE);
        background(h1, h2);
        assertOnline();
        assertThat(h1.driver().cluster().formerNames()).containsExactly("h1");
        h1.driver().cluster().rename("h1", "h9");
        assertIsOf("h9", running);
        assertThat(h1.store().get("hosts/h1")).isEmpty();
    }
}
