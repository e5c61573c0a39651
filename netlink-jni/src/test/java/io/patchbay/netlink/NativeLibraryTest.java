package io.patchbay.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A JVM loads a library once, so each way has a JVM of its own; {@code -Xcheck:jni} would add its complaints to the one
 * line expected.
 */
@ExtendWith(InNamespace.class)
class NativeLibraryTest {
    private static final String FILE = "libpatchbay_netlink.so";

    @TempDir
    private Path folder;

    private String exercise(String... options) {
        Map<String, String> environment = System.getenv();
        List<String> command = new ArrayList<>(List.of(
                environment.getOrDefault("PATCHBAY_TEST_JAVA", "java"),
                "-Xcheck:jni",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Dslf4j.internal.verbosity=ERROR",
                "-Djava.io.tmpdir=" + folder));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Exercise.class.getName()));
        return InNamespace.run(command.toArray(String[]::new)).strip();
    }

    private static byte[] library() throws IOException {
        String arch = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch_64";
        try (InputStream in = Native.class.getResourceAsStream("/META-INF/native/linux-" + arch + "/" + FILE)) {
            assertThat(in).isNotNull();
            return in.readAllBytes();
        }
    }

    @Test
    void theJarsCopyIsUnpackedForAMomentOnly() throws IOException {
        assertThat(exercise()).startsWith("used " + folder + "/patchbay").endsWith("(deleted)");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.filter(p -> p.getFileName().toString().startsWith("patchbay")))
                    .isEmpty();
        }
    }

    @Test
    void theLibraryPathComesBeforeTheJar() throws IOException {
        Files.write(folder.resolve(FILE), library());
        assertThat(exercise("-Djava.library.path=/nowhere:" + folder)).isEqualTo("used " + folder.resolve(FILE));
    }

    @Test
    void theFileThatIsNamedIsTheOnlyOneTried() throws IOException {
        Path named = Files.write(folder.resolve("named-" + FILE), library());
        assertThat(exercise("-Dpatchbay.native.path=" + named)).isEqualTo("used " + named);
        assertThat(exercise("-Dpatchbay.native.path=/nowhere/x.so"))
                .startsWith("refused cannot load " + FILE + "; tried property patchbay.native.path: /nowhere/x.so: ");
    }

    @Test
    void aFileThatIsNoLibraryIsOneAttemptOfSeveral() throws IOException {
        Files.writeString(folder.resolve(FILE), "no library");
        /* The JVM has a remark of its own about such a file before that. */
        assertThat(exercise("-Djava.library.path=" + folder)).contains("used " + folder + "/patchbay");
    }

    @Test
    void aLibraryOfAnotherBuildIsRefusedWithBothIds() throws IOException {
        try (InputStream in = Native.class.getResourceAsStream("/META-INF/native/build-id")) {
            assertThat(in).isNotNull();
            String id = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            String bytes = new String(library(), StandardCharsets.ISO_8859_1);
            Files.write(
                    folder.resolve(FILE), bytes.replace(id, "0123456789abcdef").getBytes(StandardCharsets.ISO_8859_1));
            assertThat(exercise("-Djava.library.path=" + folder))
                    .startsWith("refused " + FILE + " has build id 0123456789abcdef and the jar was made with " + id)
                    .contains(folder.toString());
        }
    }
}
