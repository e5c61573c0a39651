package io.patchbay.core.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

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

    /** What a build makes and removes meanwhile is not looked at. */
    List<String> files(Predicate<String> wanted) {
        List<String> files = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    return directory.equals(root) || isWritten(directory)
                            ? FileVisitResult.CONTINUE
                            : FileVisitResult.SKIP_SUBTREE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    String name = root.relativize(file).toString();
                    if (attributes.isRegularFile() && isWritten(file) && wanted.test(name)) {
                        files.add(name);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files.stream().sorted().toList();
    }

    private static boolean isWritten(Path path) {
        return !NOT_WRITTEN.contains(path.getFileName().toString());
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
