package io.patchbay.daemon;

import io.patchbay.daemon.cli.Commands;
import io.patchbay.daemon.cli.ControlClient;
import io.patchbay.daemon.cli.Waiting;
import io.patchbay.daemon.settings.DaemonSettings;
import io.patchbay.daemon.settings.SettingsException;
import io.patchbay.daemon.settings.SettingsReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who gave a command, as far as its answer depends on that.
 *
 * @param environment where settings may be
 * @param waiting how a person is told that it takes long
 * @param most how many bytes of the daemon's answer are taken in
 */
record Caller(Map<String, String> environment, Waiting waiting, int most) {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    /** For what the engine does meanwhile. */
    private static final Duration LONG_LIMIT = Duration.ofSeconds(70);

    /** Who started this process. */
    static Caller here() {
        return new Caller(System.getenv(), Terminal.waiting(), Integer.MAX_VALUE);
    }

    ControlClient client(Commands.Invocation invocation) {
        return client(invocation, ANSWER_LIMIT);
    }

    ControlClient longClient(Commands.Invocation invocation) {
        return client(invocation, LONG_LIMIT);
    }

    private ControlClient client(Commands.Invocation invocation, Duration limit) {
        return new ControlClient(settings(invocation).controlSocket(), limit)
                .telling(waiting)
                .upTo(most);
    }

    DaemonSettings settings(Commands.Invocation invocation) {
        try {
            Map<String, List<String>> flags = new HashMap<>(invocation.flags());
            // whom a command asks about is not what this host is called
            flags.remove("host");
            return SettingsReader.read(flags, List.of(), environment, SettingsReader::kernelHostname)
                    .settings();
        } catch (SettingsException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
