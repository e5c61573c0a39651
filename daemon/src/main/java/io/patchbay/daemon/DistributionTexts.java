package io.patchbay.daemon;

import io.patchbay.daemon.cli.Commands;
import io.patchbay.daemon.manual.BashCompletion;
import io.patchbay.daemon.manual.ManPages;
import io.patchbay.daemon.manual.ZshCompletion;
import io.patchbay.daemon.settings.SettingsHelp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What the build puts into the distribution of the program's own tables: settings file, manual pages, completion. */
final class DistributionTexts {
    private DistributionTexts() {}

    /** Writes them into the folder that is named. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        for (Map.Entry<String, String> text : all().entrySet()) {
            Path file = folder.resolve(text.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, text.getValue());
        }
    }

    /** Each by its place in the distribution. */
    static Map<String, String> all() {
        Commands commands = Main.commands(Caller.here());
        Map<String, String> texts = new TreeMap<>();
        texts.put("conf/patchbay.properties", SettingsHelp.exampleFile());
        texts.put("lib/places", SettingsHelp.places());
        texts.put("share/bash-completion/completions/patchbay", new BashCompletion(commands).script());
        texts.put("share/zsh/vendor-completions/_patchbay", new ZshCompletion(commands).script());
        new ManPages(commands, Version.text()).all().forEach((place, page) -> texts.put("share/man/" + place, page));
        return texts;
    }
}
