package io.patchbay.daemon;

import io.patchbay.api.ReadinessCheck;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Doctor;
import io.patchbay.core.state.Contact;
import io.patchbay.core.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code /readyz} says beyond that the daemon runs, in the doctor's words: of a store that can be away, and of a
 * host name that another machine has.
 */
final class Readiness {
    private Readiness() {}

    /** {@code refusal} is why this host is not registered although the store can be reached. */
    static List<ReadinessCheck> checks(Store store, Optional<Contact> contact, Optional<String> refusal) {
        List<ReadinessCheck> checks = new ArrayList<>();
        Doctor.look(store.description(), store.health(), contact)
                .map(found -> new ReadinessCheck("store", found.severity() != Severity.FAIL, found.message()))
                .ifPresent(checks::add);
        refusal.map(sentence -> new ReadinessCheck("host-name", false, sentence))
                .ifPresent(checks::add);
        return checks;
    }
}
