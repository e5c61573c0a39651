package io.patchbay.e2e.chaos;

import io.patchbay.e2e.lab.Lab;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** One run as the system properties want it, and the lab that it takes. */
final class ChaosRun {
    static final String GRACE = "LAB_PATCHBAY_ARGS=--grace 2";
    static final String CLOCKS = "LAB_CLOCKS=1=+0 2=+10800 3=-18000";
    static final String DISKS = "LAB_STATE_SIZE=16m";

    private static final int SECONDS = 60;

    private ChaosRun() {}

    static void on(Lab lab) {
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
