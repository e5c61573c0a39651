package io.patchbay.daemon.uplink.persist;

import io.patchbay.core.failure.PatchbayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.io.TempDir;

/** A host with files of network configuration below a folder of its own. */
abstract class ConfiguredHost {
    @TempDir
    Path root;

    final void write(String path, String text) {
        Path file = root.resolve(path.substring(1));
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Wanted wanted(String... addresses) {
        return new Wanted("enp3s0", 2, "52:54:00:12:34:56", 1500, "br0", List.of(addresses), false);
    }

    static Wanted leased() {
        return new Wanted("enp3s0", 2, "52:54:00:12:34:56", 1500, "br0", List.of(), true);
    }

    final Persistent plan(Wanted wanted) {
        return new Managers(root).plan(wanted);
    }

    /** Texts by path, in the order in which they are written. */
    final Map<String, String> texts(Persistent persistent) {
        Map<String, String> texts = new LinkedHashMap<>();
        persistent
                .files()
                .forEach(f -> texts.put(f.path().substring(root.toString().length()), String.valueOf(f.after())));
        return texts;
    }

    /** Of one of the files that are written. */
    final String text(Persistent persistent, String path) {
        return Objects.requireNonNull(texts(persistent).get(path), path);
    }

    final String refusal(Wanted wanted) {
        return String.valueOf(Assertions.catchThrowableOfType(PatchbayException.class, () -> plan(wanted))
                .getMessage());
    }
}
