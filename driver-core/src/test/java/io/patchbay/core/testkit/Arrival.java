package io.patchbay.core.testkit;

import io.patchbay.core.cluster.Presence;
import io.patchbay.core.driver.Driver;
import io.patchbay.core.state.Contact;
import java.time.Duration;

/**
 * A daemon that starts asks the others, and says that it is alive when they have answered: those that run do at once,
 * and the time of those that do not passes.
 */
final class Arrival {
    private static final Duration ANSWERS = Duration.ofMillis(300);

    private Arrival() {}

    /** Returns when nobody is waited for any more. */
    static void await(Driver driver, ManualTime time) {
        if (isAsking(driver) && !Await.holds(ANSWERS, () -> !isAsking(driver))) {
            time.pass(Duration.ofSeconds(2));
            Await.until("a host that goes on without answers", () -> !isAsking(driver));
        }
        Await.until("a host that is known to be there, or why not", () -> !isOnline(driver) || hasCome(driver));
    }

    private static boolean isOnline(Driver driver) {
        return driver.contact().map(Contact::isOnline).orElse(true);
    }

    private static boolean hasCome(Driver driver) {
        Presence presence = driver.cluster().presence();
        return presence.isRegistered() || presence.refusal().isPresent();
    }

    private static boolean isAsking(Driver driver) {
        return driver.contact()
                .filter(contact -> !contact.isOnline() && contact.reason().startsWith("the others are asked"))
                .isPresent();
    }
}
