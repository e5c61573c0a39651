package io.patchbay.e2e.chaos;

import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Run by {@code deploy/lab/chaos}, which says for how long, with which seed and which faults. */
@Tag("chaos")
@InLab(
        hosts = 3,
        value = {"LAB_PATCHBAY_ARGS=--grace 2", "LAB_CLOCKS=2=+10800 3=-18000"})
final class ChaosTest {
    private static final int SECONDS = 60;

    private final Lab lab;

    ChaosTest(Lab lab) {
        this.lab = lab;
    }

    @Test
    void everythingHoldsInAStormAndAfterIt() {
        long seed = Long.getLong("patchbay.chaos.seed", new Random().nextInt(Integer.MAX_VALUE));
        List<Fault> faults = Fault.listed(System.getProperty("patchbay.chaos.faults", ""));
        System.out.println("seed " + seed + ", Docker " + Lab.engine());
        Chaos chaos = new Chaos(lab, seed, faults);
        try {
            chaos.run(Duration.ofSeconds(SECONDS * Long.getLong("patchbay.chaos.minutes", 1)));
            chaos.end();
            System.out.println(chaos.told());
        } catch (RuntimeException | AssertionError e) {
            AssertionError failure = new AssertionError("seed " + seed + "\n" + chaos.report(e));
            failure.setStackTrace(e.getStackTrace());
            throw failure;
        }
    }
}
