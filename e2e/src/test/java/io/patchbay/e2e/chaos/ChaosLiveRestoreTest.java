package io.patchbay.e2e.chaos;

import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same where containers outlive their engine. */
@Tag("chaos")
@InLab(
        hosts = 3,
        value = {"--live-restore", ChaosRun.GRACE, ChaosRun.CLOCKS, ChaosRun.DISKS})
final class ChaosLiveRestoreTest {
    private final Lab lab;

    ChaosLiveRestoreTest(Lab lab) {
        this.lab = lab;
    }

    @Test
    void everythingHoldsInAStormAndAfterIt() {
        ChaosRun.on(lab);
    }
}
