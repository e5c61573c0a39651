package io.patchbay.e2e.chaos;

import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Run by {@code deploy/lab/chaos}, which says for how long, with which seed and which faults. */
@Tag("chaos")
@InLab(
        hosts = 3,
        value = {ChaosRun.GRACE, ChaosRun.CLOCKS, ChaosRun.DISKS})
final class ChaosTest {
    private final Lab lab;

    ChaosTest(Lab lab) {
        this.lab = lab;
    }

    @Test
    void everythingHoldsInAStormAndAfterIt() {
        ChaosRun.on(lab);
    }
}
