package io.patchbay.daemon;

import io.patchbay.api.Operation;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.daemon.log.Level;
import io.patchbay.daemon.log.LogOutput;
import java.util.List;
import java.util.Map;

/** What an operator may have done to the log of a daemon that runs. */
final class LogOperations {
    private LogOperations() {}

    static List<Operation> all() {
        return List.of(Operation.of("/v1/log-level", arguments -> {
            String name = arguments.required("level");
            try {
                LogOutput.setLevel(Level.named(name));
            } catch (IllegalArgumentException e) {
                throw new PatchbayException(Kind.INVALID, "log level \"" + name + "\" " + e.getMessage(), e);
            }
            return Map.of("message", "the daemon logs at level " + name + " until it ends; its settings are unchanged");
        }));
    }
}
