package io.patchbay.daemon.cli;

import io.patchbay.daemon.settings.SettingsHelp;
import java.util.List;

/** {@code patchbay log-level}: how much a daemon logs that runs. */
public final class LogLevelCommand {
    private LogLevelCommand() {}

    /** The command. */
    public static Commands.Command command(ListCommand.Daemon daemon) {
        return new Commands.Command(
                "log-level",
                "Have the running daemon log more or less: error, warn, info, debug or trace. Its next start takes the"
                        + " setting again.",
                List.of("LEVEL"),
                SettingsHelp.clientFlags("control-socket", "config"),
                ControlCommand.JSON_SWITCH,
                false,
                false,
                invocation -> ControlCommand.run(invocation, daemon, client -> {
                    String level = invocation.parameter("LEVEL");
                    String body = ControlCommand.body().put("level", level).toString();
                    return client.post("/v1/log-level", body);
                }));
    }
}
