package io.patchbay.core.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The files of this checkout that people write; each is named by its path from the root. */
final class Checkout {
    private static final Set<String> NOT_WRITTEN = Set.of(".git", "target", "node_modules");

    private final Path root;

    private Checkout(Path root) {
        this.root = root;
    }

    /** The one that holds the directory in which tests run. */
    static Checkout here() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("CONTRIBUTING.md"))) {
            at = at.getParent();
            if (at == null) {
                throw new AssertionError(
                        "no CONTRIBUTING.md in or above " + Path.of("").toAbsolutePath());
            }
        }
        return new Checkout(at);
    }

    List<String> files(Predicate<String> wanted) {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .map(root::relativize)
                    .filter(Checkout::isWritten)
                    .map(Path::toString)
                    .filter(wanted)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isWritten(Path path) {
        for (Path part : path) {
            if (NOT_WRITTEN.contains(part.toString())) {
                return false;
            }
        }
        return true;
    }

    String text(String file) {
        try {
            return Files.readString(root.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without a suffix in its name, and begun as a shell's. */
    boolean isShell(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        if (name.endsWith(".sh")) {
            return true;
        }
        try {
            byte[] bytes = name.contains(".") ? new byte[0] : Files.readAllBytes(root.resolve(file));
            String first = new String(bytes, 0, Math.min(32, bytes.length), java.nio.charset.StandardCharsets.US_ASCII);
            return first.startsWith("#!") && first.contains("sh\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
