package io.patchbay.store.embedded;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.store.Value;
import io.patchbay.store.embedded.Revision.Write;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * What stood in place of the snapshot before there was one: the entries, each with a checksum, and a summary of them in
 * the maps of an {@link MvStoreFile}. It is read once, and a snapshot of the same takes its place.
 */
final class OldCheckpoint {
    static final String NAME = "patchbay.mv";
    private static final String SCHEMA = "1";

    private OldCheckpoint() {}

    /**
     * Hands over the entries, checked, of the newest state that is whole, and returns its revision. Whether that is the
     * newest there was is for the commit log to say.
     */
    static long read(Path file, Consumer<Revision> contents) throws IOException {
        PatchbayException failure = Failures.damaged(file, "no state can be read from it");
        for (MvStoreFile state : MvStoreFile.newestFirst(LogSegment.map(file))) {
            List<Revision> entries = new ArrayList<>();
            try {
                long revision = read(state, entries);
                entries.forEach(contents);
                return revision;
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
        throw failure;
    }

    private static long read(MvStoreFile state, List<Revision> entries) {
        long checksums = 0;
        for (Map.Entry<String, byte[]> entry : state.map("entries").entrySet()) {
            ByteBuffer bytes = ByteBuffer.wrap(entry.getValue());
            int checksum = bytes.getInt();
            if (checksum != checksum(entry.getKey(), bytes)) {
                throw new IllegalStateException("the checksum of entry \"" + entry.getKey() + "\" is wrong");
            }
            checksums += checksum;
            long revision = bytes.getLong();
            long lease = bytes.getLong();
            byte[] value = new byte[bytes.remaining()];
            bytes.get(value);
            Write write = new Write(entry.getKey(), Optional.of(Value.of(value)), lease);
            entries.add(new Revision(revision, List.of(write)));
        }
        Map<String, byte[]> meta = state.map("meta");
        String summary = text(meta, "summary");
        long revision = Long.parseLong(summary.substring(0, summary.indexOf(' ')));
        if (!summary.equals(summary(revision, entries.size(), checksums))
                || !text(meta, "schema").equals(SCHEMA)) {
            throw new IllegalStateException(entries.size() + " entries are not what this says: " + summary);
        }
        return revision;
    }

    private static String text(Map<String, byte[]> meta, String key) {
        return new String(meta.getOrDefault(key, new byte[0]), StandardCharsets.US_ASCII);
    }

    private static String summary(long revision, long count, long checksums) {
        String text = revision + " " + count + " " + checksums;
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return text + " " + crc.getValue();
    }

    private static int checksum(String key, ByteBuffer rest) {
        CRC32C crc = new CRC32C();
        crc.update(key.getBytes(StandardCharsets.US_ASCII));
        crc.update(rest.duplicate());
        return crc.getValue() == 0 ? 1 : (int) crc.getValue();
    }
}
