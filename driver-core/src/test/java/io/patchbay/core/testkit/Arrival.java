package io.patchbay.core.testkit;

import io.patchbay.core.state.Contact;
import java.time.Duration;
import java.util.function.Supplier;

/** A daemon that starts asks the others; those that run answer at once, and the time of those that do not passes. */
final class Arrival {
    private static final Duration ANSWERS = Duration.ofMillis(300);

    private Arrival() {}

    /** Returns when nobody is waited for any more. */
    static void await(Supplier<Contact> contact, ManualTime time) {
        if (isAsking(contact.get()) && !Await.holds(ANSWERS, () -> !isAsking(contact.get()))) {
            time.pass(Duration.ofSeconds(2));
            Await.until("a host that goes on without answers", () -> !isAsking(contact.get()));
        }
    }

    private static boolean isAsking(Contact contact) {
        return !contact.near() && contact.reason().startsWith("the others are asked");
    }
}
