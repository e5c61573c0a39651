package io.patchbay.e2e.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.ManagedPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What deploy/plugin/build has made. */
@Tag("plugin")
@ResourceLock(PluginBuildTest.BUILT)
final class PluginBuildTest {
    /** What is not looked at while {@link SwarmDocumentTest} makes it anew. */
    static final String BUILT = "target/plugin";

    private static final long LIMIT_BYTES = 110L << 20;

    private final Path built = ManagedPlugin.built();
    private final Path root = built.resolve("rootfs");

    private static List<Path> below(Path folder, Predicate<Path> which) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(which).toList();
        }
    }

    @Test
    void isAtMost110Mebibytes() throws IOException {
        long size = 0;
        for (Path file : below(built, path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))) {
            size += Files.size(file);
        }
        assertThat(size).isLessThanOrEqualTo(LIMIT_BYTES);
    }

    /** Inside of it: nothing else is looked at. */
    @Test
    void everyProgramAndLibraryFindsWhatItNeeds() throws IOException {
        Path loader = loader();
        List<String> broken = new ArrayList<>();
        List<Path> all = below(root, PluginBuildTest::isProgramOrLibrary);
        for (Path file : all) {
            if (!file.equals(loader)) {
                Command.Result result = Command.run(
                        Path.of("/"),
                        "chroot",
                        root.toString(),
                        "/" + root.relativize(loader),
                        "--library-path",
                        "/opt/jre/lib/server",
                        "--list",
                        "/" + root.relativize(file));
                String said = result.out() + result.err();
                if ((result.exit() != 0 || said.contains("not found")) && !said.contains("statically linked")) {
                    broken.add(file + ": " + said);
                }
            }
        }
        assertThat(all).hasSizeGreaterThan(10);
        assertThat(broken).isEmpty();
    }

    private Path loader() throws IOException {
        for (Path folder : List.of(root.resolve("lib64"), root.resolve("lib"))) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    Optional<Path> loader = files.filter(
                                    file -> file.getFileName().toString().matches("ld-linux-.*\\.so\\.."))
                            .findFirst();
                    if (loader.isPresent()) {
                        return loader.get();
                    }
                }
            }
        }
        throw new AssertionError("there is no loader in " + root);
    }

    private static boolean isProgramOrLibrary(Path path) {
        String name = path.getFileName().toString();
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                && (name.matches(".*\\.so(\\..*)?")
                        || name.matches("xtables-.*-multi")
                        || path.endsWith(Path.of("bin/java")));
    }

    /** Settings that the daemon knows are those that Docker is told of. */
    @Test
    void dockerIsToldOfEverySetting() throws IOException {
        String ours = Command.run(
                        Path.of("/"),
                        "java",
                        "-cp",
                        Path.of(System.getProperty("patchbay.home")).normalize() + "/lib/*",
                        "io.patchbay.daemon.settings.ManagedPlugin")
                .text();
        assertThat(Files.readString(built.resolve("config.json")).strip()).isEqualTo(ours.strip());
    }

    /** Without it a runtime is made that lacks whatever jdeps did not come to say. */
    @Test
    void aJdepsThatFailsEndsTheBuild(@TempDir Path jdk) throws IOException {
        Path jdeps = Files.createDirectory(jdk.resolve("bin")).resolve("jdeps");
        Files.writeString(jdeps, "#!/bin/sh\necho 'some.jar -> java.base'\necho 'Module x not found'\nexit 1\n");
        assertThat(jdeps.toFile().setExecutable(true)).isTrue();
        Command.Result result = Command.run(
                Path.of(System.getProperty("patchbay.checkout")).normalize(),
                "bash",
                "-euo",
                "pipefail",
                "-c",
                "die() { echo \"$*\" >&2; exit 1; }; jdk=$1 dist=$1; . deploy/plugin/lib/runtime.sh; make_runtime"
                        + " $1/jre",
                "bash",
                jdk.toString());
        assertThat(result.exit()).as("%s", result).isEqualTo(1);
        assertThat(result.err()).contains("Module x not found", "jdeps failed");
    }

    /** Which of the two is right is found out on the host; a name that stands for one of them would be a guess. */
    @Test
    void noIptablesIsTheWrongOneByItsName() {
        Path programs = root.resolve("usr/sbin");
        assertThat(programs.resolve("iptables")).doesNotExist();
        assertThat(programs.resolve("iptables-nft")).exists();
        assertThat(programs.resolve("iptables-legacy")).exists();
    }
}
