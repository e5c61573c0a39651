package io.patchbay.daemon.uplink;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What doctor says of a bridge that {@code patchbay uplink take} made. */
public final class UplinkFindings {
    private static final String CHECK = "uplink-kept";

    private UplinkFindings() {}

    /** Empty where none was made. */
    public static List<Finding> of(Path stateDirectory) {
        Journal journal = new Journal(stateDirectory.resolve("uplink"));
        String place = Host.here().place();
        List<Finding> findings = new ArrayList<>();
        try {
            journal.trial()
                    .filter(trial -> trial.place().equals(place))
                    .ifPresent(trial -> findings.add(new Finding(
                            CHECK,
                            Severity.WARN,
                            trial.bridge(),
                            trial.bridge() + " is on trial, and goes back by itself unless it is confirmed",
                            "patchbay uplink confirm")));
            journal.taken().stream()
                    .filter(taken -> taken.place().equals(place))
                    .filter(taken -> journal.persisted().stream()
                            .noneMatch(p -> p.bridge().equals(taken.bridge())))
                    .forEach(taken -> findings.add(new Finding(
                            CHECK,
                            Severity.WARN,
                            taken.bridge(),
                            taken.bridge() + " with " + taken.nic()
                                    + " was made by 'patchbay uplink take' and is gone after a reboot",
                            "release it and take it again with --persist")));
        } catch (PatchbayException e) {
            findings.add(new Finding(CHECK, Severity.WARN, "uplink", String.valueOf(e.getMessage()), "run it as root"));
        }
        return findings;
    }
}
