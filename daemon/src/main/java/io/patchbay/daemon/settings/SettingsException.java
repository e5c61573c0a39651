package io.patchbay.daemon.settings;

import java.io.Serial;
import java.util.List;

/** Everything that is wrong with the settings, one line each; no setting was applied. */
public final class SettingsException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    SettingsException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** One sentence per mistake: the setting's name, where its value came from, the value, the rule. */
    public List<String> problems() {
        return problems;
    }
}
