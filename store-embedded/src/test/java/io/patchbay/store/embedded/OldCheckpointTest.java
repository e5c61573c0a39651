package io.patchbay.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.Store;
import io.patchbay.core.testkit.Seeds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A directory that the version of commit a197c7d left when it was killed: records of all kinds, some changed and
 * deleted, one under a lease; a checkpoint over several commits of MVStore's, and a log with commits after it.
 */
@NullUnmarked
class OldCheckpointTest {
    private static final int REVISION = 496;
    private static final String LEASED = "alive/ant";

    @TempDir
    Path temp;

    private Path directory;
    private Path old;
    private List<String> expected;
    private Map<String, byte[]> unpacked;

    @BeforeEach
    void unpack() throws IOException {
        directory = Files.createDirectory(temp.resolve("store"));
        old = directory.resolve(OldCheckpoint.NAME);
        try (InputStream in = OldCheckpointTest.class.getResourceAsStream("a197c7d.zip");
                ZipInputStream zip = new ZipInputStream(in)) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Files.write(directory.resolve(entry.getName()), zip.readAllBytes());
            }
        }
        Path list = directory.resolve("expected.txt");
        expected = Files.readAllLines(list).stream()
                .filter(line -> !line.contains(" " + LEASED + " "))
                .toList();
        Files.delete(list);
        unpacked = Images.bytes(directory);
    }

    private List<String> entries() {
        try (Store store = EmbeddedStore.open(directory)) {
            // the lease ended with the process that was killed
            assertThat(store.list("").revision()).isEqualTo(REVISION + 1);
            return store.list("").entries().stream()
                    .map(entry -> entry.revision() + " " + entry.key() + " "
                            + entry.value().text())
                    .toList();
        }
    }

    @Test
    void aDirectoryOfAnEarlierVersionIsTakenOver() {
        assertThat(expected).hasSizeGreaterThan(200);
        assertThat(entries()).isEqualTo(expected);
        assertThat(old).doesNotExist();
        assertThat(directory.resolve(SnapshotFile.NAME)).exists();
        assertThat(entries()).isEqualTo(expected);
    }

    @Test
    void aCrashBetweenTheSnapshotAndTheEndOfTheOldFileIsNoHarm() throws Exception {
        byte[] before = Files.readAllBytes(old);
        entries();
        Files.write(old, before);
        assertThat(entries()).isEqualTo(expected);
        assertThat(old).doesNotExist();
    }

    @Test
    void theOldFileStaysWhenTheSnapshotCannotBeWritten() throws Exception {
        Path obstacle = Files.createFile(Files.createDirectory(directory.resolve(SnapshotFile.NAME + ".new"))
                .resolve("something"));
        Map<String, byte[]> before = Images.bytes(directory);
        assertThatThrownBy(this::entries)
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
        assertThat(Images.same(before, Images.bytes(directory))).isTrue();
        Files.delete(obstacle);
        assertThat(entries()).isEqualTo(expected);
    }

    @Test
    void aCheckpointThatIsEmptyCutOrSomethingElseIsDamage() throws Exception {
        byte[] whole = Files.readAllBytes(old);
        for (String content : List.of("", "x", "chunk:1,len:1,root:1,version:1\n".repeat(1000))) {
            Files.writeString(old, content);
            assertThat(refusal()).isPresent();
        }
        Files.write(old, java.util.Arrays.copyOf(whole, 8192));
        assertThat(refusal()).isPresent();
    }

    @Test
    void aCheckpointThatFellBackToAnEarlierStateIsDamage() throws Exception {
        byte[] content = Files.readAllBytes(old);
        String text = new String(content, StandardCharsets.ISO_8859_1);
        TreeMap<Long, List<Integer>> lastLines = new TreeMap<>();
        Pattern.compile("chunk:[0-9a-f]+,len:[0-9a-f]+,version:([0-9a-f]+),fletcher:")
                .matcher(text)
                .results()
                .forEach(line -> lastLines
                        .computeIfAbsent(Long.parseLong(line.group(1), 16), version -> new ArrayList<>())
                        .add(line.start()));
        List<String> refusals = new ArrayList<>();
        for (List<Integer> newest : lastLines.descendingMap().values()) {
            newest.forEach(at -> content[at] ^= 1);
            restore(Map.of(OldCheckpoint.NAME, content));
            refusal().ifPresent(refusals::add);
        }
        assertThat(refusals).anyMatch(message -> message.contains("so acknowledged commits are missing"));
        assertThat(refusals).anyMatch(message -> message.contains("no state can be read"));
    }

    @Test
    void noChangedByteAnywhereLosesAnythingInSilence() throws Exception {
        Seeds.run(40, random -> {
            byte[] content = unpacked.get(OldCheckpoint.NAME).clone();
            for (int i = 0; i < 1 + random.nextInt(20); i++) {
                content[random.nextInt(content.length)] ^= (byte) (1 + random.nextInt(255));
            }
            restore(Map.of(OldCheckpoint.NAME, content));
            refusal();
        });
    }

    /** Puts the files back as they were unpacked, but these. */
    private void restore(Map<String, byte[]> changed) throws IOException {
        for (String name : Images.bytes(directory).keySet()) {
            Files.delete(directory.resolve(name));
        }
        for (Map.Entry<String, byte[]> file : unpacked.entrySet()) {
            Files.write(directory.resolve(file.getKey()), changed.getOrDefault(file.getKey(), file.getValue()));
        }
    }

    /** When refused the files are as they were; else all entries must be there. */
    private Optional<String> refusal() throws IOException {
        Map<String, byte[]> before = Images.bytes(directory);
        try {
            assertThat(entries()).isEqualTo(expected);
            return Optional.empty();
        } catch (PatchbayException e) {
            assertThat(e.kind()).as("%s", e).isEqualTo(Kind.INVALID);
            assertThat(e).hasMessageContaining("is damaged").hasMessageContaining("restore the directory");
            assertThat(Images.same(before, Images.bytes(directory))).isTrue();
            return Optional.ofNullable(e.getMessage());
        }
    }
}
