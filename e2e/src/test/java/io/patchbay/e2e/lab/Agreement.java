package io.patchbay.e2e.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/** What {@code patchbay fsck} says of the hosts of a lab. */
public final class Agreement {
    /** What a crash left the daemons mend within some graces. */
    private static final Duration MENDED = Duration.ofMinutes(4);

    private Agreement() {}

    /** Of every host that nothing disagrees. */
    public static void require(Lab lab) {
        for (Host host : lab.hosts()) {
            Await.untilAsserted(
                    MENDED,
                    () -> assertThat(host.on("patchbay", "fsck"))
                            .as("fsck on %s", host)
                            .satisfies(result -> assertThat(result.out()).contains("nothing disagrees"))
                            .satisfies(Command.Result::ok));
        }
    }
}
