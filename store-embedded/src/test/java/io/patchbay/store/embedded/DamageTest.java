package io.patchbay.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.Store;
import io.patchbay.core.testkit.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What opening makes of files that are not as they were left. */
@NullUnmarked
class DamageTest {
    @TempDir
    Path temp;

    private Path image;
    private Path snapshot;
    private Path log;
    private List<Store.Entry> expected;

    @BeforeEach
    void makeImage() throws IOException {
        makeImage(Images.SEALING);
    }

    private void makeImage(EmbeddedSettings settings) throws IOException {
        Path from = Files.createTempDirectory(temp, "running");
        image = Files.createTempDirectory(temp, "image");
        expected = Images.make(from, image, settings);
        snapshot = image.resolve(SnapshotFile.NAME);
        log = Images.logs(image).get(0);
    }

    @Test
    void anUndamagedImageOpensWithEverything() {
        assertOpensWith(expected);
    }

    @Test
    void aLastCommitCutOffBeforeItWasAcknowledgedIsDropped() throws Exception {
        makeImage(Images.UNSEALED);
        flip(log, positionInLog("the last acknowledged commit"));
        assertOpensWith(expected.stream()
                .filter(entry -> !entry.key().equals("claims/last"))
                .toList());
        assertOpensWith(expected.stream()
                .filter(entry -> !entry.key().equals("claims/last"))
                .toList());
    }

    @Test
    void garbageBehindTheLastCommitIsTakenForAWriteCutOff() throws Exception {
        makeImage(Images.UNSEALED);
        int end = positionInLog("the last acknowledged commit") + 64;
        byte[] garbage = new byte[3000];
        new java.util.Random(1).nextBytes(garbage);
        overwrite(log, end / 8 * 8, garbage);
        assertOpensWith(expected);
        try (Store store = EmbeddedStore.open(image, Images.SEALING)) {
            Images.put(store, "claims/after", "x");
        }
        try (Store store = EmbeddedStore.open(image, Images.SEALING)) {
            assertThat(store.get("claims/after")).isPresent();
        }
    }

    @Test
    void aChangedByteInASealedLastCommitIsDamage() throws Exception {
        flip(log, positionInLog("the last acknowledged commit"));
        assertRefused(log);
    }

    @Test
    void aChangedByteInAnEarlierCommitIsDamage() throws Exception {
        makeImage(Images.UNSEALED);
        flip(log, positionInLog("value 398 "));
        assertRefused(log);
    }

    @Test
    void aLostPageInTheLogIsDamage() throws Exception {
        overwrite(log, LogSegment.HEADER_BYTES, new byte[4096]);
        assertRefused(log);
    }

    @Test
    void aLogOfAnotherLengthIsDamage() throws Exception {
        for (long length : new long[] {0, 1, 100, 4096, Files.size(log) - 1}) {
            try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                channel.truncate(length);
            }
            assertRefused(log);
        }
    }

    @Test
    void aSnapshotThatIsEmptyOrSomethingElseIsDamage() throws Exception {
        for (String content : List.of("", "x", "root:x:0:0:root:/root:/bin/bash\n".repeat(1000))) {
            Files.writeString(snapshot, content);
            assertRefused(snapshot);
        }
    }

    @Test
    void aSnapshotOfAnotherLengthIsDamage() throws Exception {
        byte[] whole = Files.readAllBytes(snapshot);
        List<Integer> lengths = new ArrayList<>(List.of(whole.length - 1, whole.length + 8));
        for (int at = 0; at < whole.length; at += frameAt(whole, at).length()) {
            lengths.add(at);
        }
        for (int length : lengths) {
            Files.write(snapshot, Arrays.copyOf(whole, length));
            assertRefused(snapshot);
        }
    }

    @Test
    void aFrameThatIsMissingOrTwiceInASnapshotIsDamage() throws Exception {
        byte[] whole = Files.readAllBytes(snapshot);
        int second = frameAt(whole, 0).length();
        int third = second + frameAt(whole, second).length();
        for (int to : List.of(second, third)) {
            int from = to == second ? third : second;
            ByteBuffer changed = ByteBuffer.allocate(whole.length - from + to);
            Files.write(
                    snapshot,
                    changed.put(whole, 0, to)
                            .put(whole, from, whole.length - from)
                            .array());
            assertRefused(snapshot);
        }
    }

    private static Frame frameAt(byte[] snapshot, int at) {
        return Frame.read(ByteBuffer.wrap(snapshot), at, SnapshotFile.NONCE).orElseThrow();
    }

    @Test
    void aMissingFileIsDamage() throws Exception {
        byte[] content = Files.readAllBytes(snapshot);
        Files.delete(snapshot);
        assertRefused(snapshot);
        Files.write(snapshot, content);
        Files.delete(log);
        assertRefused(snapshot);
    }

    @Test
    void anOlderSnapshotIsNoticed() throws Exception {
        Path older = Files.createTempDirectory(temp, "older");
        Images.copy(image, older);
        Path later = Files.createTempDirectory(temp, "later");
        Images.make(image, later, Images.SEALING);
        Files.copy(
                older.resolve(SnapshotFile.NAME),
                later.resolve(SnapshotFile.NAME),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        image = later;
        assertRefused(later.resolve(SnapshotFile.NAME));
    }

    @Test
    void aNewerSchemaIsRefusedWithASentence() throws Exception {
        Frame head = frameAt(Files.readAllBytes(snapshot), 0);
        ByteBuffer schema = ByteBuffer.allocate(4).putInt(0, 2);
        overwrite(snapshot, 0, new Frame(head.firstRevision(), 0, schema).encode(SnapshotFile.NONCE));
        assertThatThrownBy(() -> EmbeddedStore.open(image))
                .isInstanceOf(PatchbayException.class)
                .hasMessageContaining(snapshot + " has schema version 2")
                .hasMessageContaining("install the newer patchbay");
    }

    @Test
    void noChangedByteAnywhereLosesAnythingInSilence() throws Exception {
        Map<String, byte[]> whole = Images.bytes(image);
        Seeds.run(150, random -> {
            Path file = random.nextBoolean() ? snapshot : log;
            byte[] content = whole.get(String.valueOf(file.getFileName())).clone();
            int at = random.nextInt(content.length);
            for (int i = 0; i < 1 + random.nextInt(8) && at + i < content.length; i++) {
                content[at + i] ^= (byte) (1 + random.nextInt(255));
            }
            Files.write(file, content);
            refusedOrWhole();
            restore(whole);
        });
    }

    private void restore(Map<String, byte[]> whole) throws IOException {
        for (Path file : Images.logs(image)) {
            Files.delete(file);
        }
        for (Map.Entry<String, byte[]> file : whole.entrySet()) {
            Files.write(image.resolve(file.getKey()), file.getValue());
        }
    }

    /** True when refused, and then the files are unchanged; else everything must be there. */
    private boolean refusedOrWhole() throws IOException {
        Map<String, byte[]> before = Images.bytes(image);
        try (Store store = EmbeddedStore.open(image, Images.SEALING)) {
            assertThat(store.list("").entries()).isEqualTo(expected);
            return false;
        } catch (PatchbayException e) {
            assertThat(e.kind()).as("%s", e).isEqualTo(Kind.INVALID);
            assertThat(Images.same(before, Images.bytes(image))).isTrue();
            return true;
        }
    }

    private void assertOpensWith(List<Store.Entry> entries) {
        try (Store store = EmbeddedStore.open(image, Images.SEALING)) {
            assertThat(store.list("").entries()).isEqualTo(entries);
        }
    }

    /** Opening fails with a sentence that names the file and what to do, twice, and leaves every file as it was. */
    private void assertRefused(Path file) throws IOException {
        Map<String, byte[]> before = Images.bytes(image);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> EmbeddedStore.open(image, Images.SEALING).close())
                    .isInstanceOfSatisfying(
                            PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                    .hasMessageContaining("store file " + image.toRealPath().resolve(file.getFileName()))
                    .hasMessageContaining("is damaged")
                    .hasMessageContaining("restore the directory");
        }
        assertThat(Images.same(before, Images.bytes(image))).isTrue();
    }

    private int positionInLog(String text) throws IOException {
        byte[] sought = text.getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = Files.readAllBytes(log);
        for (int at = 0; at + sought.length <= bytes.length; at++) {
            if (ByteBuffer.wrap(bytes, at, sought.length).equals(ByteBuffer.wrap(sought))) {
                return at;
            }
        }
        throw new AssertionError("\"" + text + "\" is not in " + log);
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] content = Files.readAllBytes(file);
        content[at] ^= 1;
        Files.write(file, content);
    }

    private static void overwrite(Path file, int at, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }
}
