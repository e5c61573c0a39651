package io.patchbay.daemon;

import io.patchbay.daemon.cli.Commands;
import io.patchbay.daemon.settings.SettingsHelp;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the flags of {@code patchbay serve} without picocli, whose class files are too old for the JVM's class archive
 * (JDK 17 takes version 50 and up): loading them would take as long as all the rest of the start. The table of settings
 * is the same.
 */
final class ServeArguments {
    private ServeArguments() {}

    /** The invocation; empty when it is another command or help is wanted, which picocli answers. */
    static Optional<Commands.Invocation> read(String[] arguments, PrintWriter out, PrintWriter err) {
        List<String> given = List.of(arguments);
        if (given.isEmpty() || !given.get(0).equals("serve") || given.contains("--help") || given.contains("-h")) {
            return Optional.empty();
        }
        Set<String> known = SettingsHelp.names();
        Map<String, List<String>> flags = new HashMap<>();
        List<String> unknown = new ArrayList<>();
        for (int i = 1; i < given.size(); i++) {
            String word = given.get(i);
            int equals = word.indexOf('=');
            String flag = equals < 0 ? word : word.substring(0, equals);
            boolean ours = flag.startsWith("--") && known.contains(flag.substring(2));
            boolean hasValue = equals >= 0 || i + 1 < given.size();
            if (!ours || !hasValue) {
                unknown.add(ours ? flag + " without a value" : word);
                continue;
            }
            String value = equals >= 0 ? word.substring(equals + 1) : given.get(++i);
            flags.computeIfAbsent(flag.substring(2), name -> new ArrayList<>()).add(value);
        }
        return Optional.of(new Commands.Invocation(flags, List.of(), unknown, Map.of(), out, err, 0));
    }
}
