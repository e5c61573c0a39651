package io.patchbay.api;

import java.util.List;
import java.util.Optional;

/**
 * What the control socket takes, and TCP refuses.
 *
 * @param operations each has a path of its own
 * @param commands the command line, if it can be asked for there
 */
public record Controls(List<Operation> operations, Optional<CommandLine> commands) {
    public Controls {
        operations = List.copyOf(operations);
    }
}
