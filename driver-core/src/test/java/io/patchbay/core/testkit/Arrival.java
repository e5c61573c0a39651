package io.patchbay.core.testkit;

import io.patchbay.core.driver.Driver;
import java.time.Duration;

/** A daemon that starts asks the others; those that run answer at once, and the time of those that do not passes. */
final class Arrival {
    private static final Duration ANSWERS = Duration.ofMillis(300);

    private Arrival() {}

    /** Returns when nobody is waited for any more. */
    static void await(Driver driver, ManualTime time) {
        if (isAsking(driver) && !Await.holds(ANSWERS, () -> !isAsking(driver))) {
            time.pass(Duration.ofSeconds(2));
            Await.until("a host that goes on without answers", () -> !isAsking(driver));
        }
    }

    private static boolean isAsking(Driver driver) {
        return driver.contact()
                .filter(contact -> !contact.near() && contact.reason().startsWith("the others are asked"))
                .isPresent();
    }
}
