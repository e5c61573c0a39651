package io.patchbay.netlink;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds and loads the C library: the file that property {@value #PATH_PROPERTY} names and no other, else the first in
 * {@code java.library.path}, else the copy in the jar, which is unpacked for a moment into a directory that only this
 * user can enter.
 */
final class NativeLibrary {
    static final String PATH_PROPERTY = "patchbay.native.path";

    private static final String FILE = "libpatchbay_netlink.so";
    private static final String RESOURCES = "/META-INF/native/";

    /** What the process has loaded is the process's, not an instance's. */
    private static boolean loaded;

    private final List<String> attempts = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    private NativeLibrary() {}

    /**
     * Loads it unless that has been done. Throws {@link PatchbayException} of kind {@code UNAVAILABLE} with every
     * attempt.
     */
    static synchronized void load() {
        if (!loaded) {
            new NativeLibrary().find();
            loaded = true;
        }
    }

    private void find() {
        String explicit = System.getProperty(PATH_PROPERTY);
        boolean done = explicit != null
                ? tryFile(Path.of(explicit).toAbsolutePath(), "property " + PATH_PROPERTY)
                : tryLibraryPath() || tryResource();
        if (!done) {
            PatchbayException failure = new PatchbayException(
                    Kind.UNAVAILABLE, "cannot load " + FILE + "; tried " + String.join("; ", attempts));
            failures.forEach(failure::addSuppressed);
            throw failure;
        }
        checkBuild();
    }

    private boolean tryLibraryPath() {
        String path = System.getProperty("java.library.path", "");
        for (String directory : path.split(File.pathSeparator, -1)) {
            Path file = Path.of(directory.isEmpty() ? "." : directory, FILE).toAbsolutePath();
            if (Files.exists(file) && tryFile(file, "java.library.path")) {
                return true;
            }
        }
        attempts.add("java.library.path " + path + ": no directory of it has a usable one");
        return false;
    }

    private boolean tryFile(Path file, String from) {
        try {
            System.load(file.toString());
            attempts.add(from + ": " + file);
            return true;
        } catch (UnsatisfiedLinkError e) {
            return failed(from + ": " + file, e);
        }
    }

    private boolean tryResource() {
        String resource = RESOURCES + "linux-" + architecture() + "/" + FILE;
        try (InputStream in = NativeLibrary.class.getResourceAsStream(resource)) {
            if (in == null) {
                attempts.add("resource " + resource + ": the jar has none for this machine");
                return false;
            }
            Path directory = Files.createTempDirectory(
                    "patchbay", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path file = directory.resolve(FILE);
            try {
                Files.copy(in, file);
                return tryFile(
                        file,
                        "resource " + resource + " (fails where java.io.tmpdir is on a file system mounted noexec)");
            } finally {
                Files.deleteIfExists(file);
                Files.delete(directory);
            }
        } catch (IOException e) {
            return failed("resource " + resource, e);
        }
    }

    private boolean failed(String attempt, Throwable e) {
        attempts.add(attempt + ": " + e.getMessage());
        failures.add(e);
        return false;
    }

    private static String architecture() {
        String arch = System.getProperty("os.arch", "");
        return switch (arch) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "aarch_64";
            default -> arch;
        };
    }

    /** A library left behind by another version would misread what it is given. */
    private void checkBuild() {
        byte[] id = new byte[64];
        int length = Native.buildId(id);
        String actual = new String(id, 0, Math.max(0, length), StandardCharsets.US_ASCII);
        String expected = expectedBuild();
        if (!actual.equals(expected)) {
            throw new PatchbayException(
                    Kind.UNAVAILABLE,
                    FILE + " has build id " + actual + " and the jar was made with " + expected + "; loaded from "
                            + attempts.get(attempts.size() - 1));
        }
    }

    private static String expectedBuild() {
        try (InputStream in = NativeLibrary.class.getResourceAsStream(RESOURCES + "build-id")) {
            return in == null ? "none" : new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new PatchbayException(Kind.UNAVAILABLE, "cannot read " + RESOURCES + "build-id of the jar", e);
        }
    }
}
