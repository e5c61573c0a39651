package io.patchbay.store.embedded;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.store.Store.Entry;
import io.patchbay.core.store.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;

/**
 * The state as of some revision, in an MVStore file.
 *
 * <p>MVStore checks the structure of its pages and not their content, and falls back to an older chunk when its newest one is broken, without a
 * word. So every entry has a checksum, the file says how many entries it has and the sum of their checksums, and all of it is read
 * and compared at opening; which revision it came out at is compared with the commit log by {@link LogReader}.
 */
final class Checkpoint implements AutoCloseable {
    static final String FILE = "patchbay.mv";
    private static final int SCHEMA = 1;
    private static final String SCHEMA_KEY = "schema";
    private static final String SUMMARY_KEY = "summary";
    private static final int CACHE_MEGABYTES = 1;
    private static final int PAGE_BYTES = 16384;
    private static final int VALUE_HEADER = 20;
    /** Below this share of live data in the file, pages are moved so that space becomes free. */
    private static final int FILL_PERCENT = 50;

    private final Path file;
    private @Nullable MVStore store;
    private @Nullable MVMap<String, byte[]> entries;
    private @Nullable MVMap<String, String> meta;
    private long revision;
    private long checksums;

    private Checkpoint(Path file) {
        this.file = file;
    }

    static boolean existsIn(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    /** Makes an empty checkpoint at revision 0; the file gets its name when it is whole. */
    static void create(Path directory) throws IOException {
        Path fresh = directory.resolve("fresh.mv");
        Files.deleteIfExists(fresh);
        OwnerOnly.createFile(fresh);
        Checkpoint empty = new Checkpoint(fresh);
        empty.openMaps();
        empty.write(new CheckpointChanges(0, Map.of()));
        empty.close();
        Files.move(fresh, directory.resolve(FILE));
        OwnerOnly.syncDirectory(fresh);
    }

    /** Opens the file, checks all of it and hands over the entries; a damaged file is closed as it was found. */
    static Checkpoint open(Path directory, Consumer<Kept> loaded) {
        Checkpoint checkpoint = new Checkpoint(directory.resolve(FILE));
        try {
            if (Files.size(checkpoint.file) == 0) {
                throw Failures.damaged(checkpoint.file, "it is empty");
            }
            checkpoint.openMaps();
            checkpoint.load(loaded);
            return checkpoint;
        } catch (PatchbayException e) {
            checkpoint.abandon();
            throw e;
        } catch (IOException e) {
            checkpoint.abandon();
            throw Failures.unavailable(checkpoint.file, "cannot be read", e);
        } catch (RuntimeException e) {
            checkpoint.abandon();
            throw Failures.damaged(checkpoint.file, "it cannot be read as a store file", e);
        }
    }

    private void openMaps() {
        MVStore opened = new MVStore.Builder()
                .fileName(file.toAbsolutePath().toString())
                .autoCommitDisabled()
                .autoCommitBufferSize(0)
                .cacheSize(CACHE_MEGABYTES)
                .cacheConcurrency(1)
                .pageSplitSize(PAGE_BYTES)
                .open();
        store = opened;
        // every version is synced before the next is begun, and MVStore keeps the last five versions' chunks on its own
        // account
        opened.setRetentionTime(0);
        meta = opened.openMap(
                "meta",
                new MVMap.Builder<String, String>()
                        .keyType(StringDataType.INSTANCE)
                        .valueType(StringDataType.INSTANCE));
        entries = opened.openMap(
                "entries",
                new MVMap.Builder<String, byte[]>()
                        .keyType(StringDataType.INSTANCE)
                        .valueType(ByteArrayDataType.INSTANCE));
    }

    private void load(Consumer<Kept> loaded) {
        MVMap<String, String> from = maps().meta;
        checkSchema(from.get(SCHEMA_KEY));
        long count = 0;
        long sum = 0;
        String before = "";
        var cursor = maps().entries.cursor(null);
        while (cursor.hasNext()) {
            String key = cursor.next();
            ByteBuffer bytes = ByteBuffer.wrap(cursor.getValue());
            int expected = bytes.remaining() < VALUE_HEADER ? 0 : bytes.getInt();
            int actual = checksum(key, bytes);
            if (expected != actual || key.compareTo(before) <= 0) {
                throw Failures.damaged(file, "the checksum of entry \"" + key + "\" is wrong");
            }
            before = key;
            count++;
            sum += actual;
            loaded.accept(decode(key, bytes));
        }
        checksums = sum;
        String summary = from.get(SUMMARY_KEY);
        revision = revisionIn(summary);
        if (!summary(revision, count, sum).equals(summary)) {
            throw Failures.damaged(file, "it has " + count + " entries that are not those it was left with");
        }
    }

    private void checkSchema(@Nullable String found) {
        if (found == null || !found.matches("[0-9]{1,9}")) {
            throw Failures.damaged(file, "it does not say its schema version");
        }
        if (Integer.parseInt(found) > SCHEMA) {
            throw Failures.newerSchema(file, found, SCHEMA);
        }
    }

    private long revisionIn(@Nullable String summary) {
        if (summary == null || !summary.matches("[0-9]{1,18} .*")) {
            throw Failures.damaged(file, "it does not say its revision");
        }
        return Long.parseLong(summary.substring(0, summary.indexOf(' ')));
    }

    private static String summary(long revision, long count, long checksums) {
        String text = revision + " " + count + " " + checksums;
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return text + " " + crc.getValue();
    }

    /** The revision the file is at. */
    long revision() {
        return revision;
    }

    /** Writes the changes and syncs; after a failure the file is read again at the next call and nothing is lost. */
    void write(CheckpointChanges changes) {
        try {
            if (store == null) {
                openMaps();
                load(kept -> {});
            }
            Maps maps = maps();
            long sum = checksums;
            for (Map.Entry<String, Optional<Kept>> change : changes.changes().entrySet()) {
                String key = change.getKey();
                byte[] next = change.getValue().map(Checkpoint::encode).orElse(null);
                byte[] old = next == null ? maps.entries.remove(key) : maps.entries.put(key, next);
                sum += checksumIn(next) - checksumIn(old);
            }
            maps.meta.put(SCHEMA_KEY, Integer.toString(SCHEMA));
            maps.meta.put(SUMMARY_KEY, summary(changes.revision(), maps.entries.sizeAsLong(), sum));
            maps.store.commit();
            maps.store.sync();
            checksums = sum;
            revision = changes.revision();
            maps.store.compact(FILL_PERCENT, 1 << 20);
        } catch (MVStoreException e) {
            abandon();
            throw Failures.unavailable(file, "the checkpoint could not be written", e);
        }
    }

    /** Bytes of the file. */
    long size() throws IOException {
        return Files.size(file);
    }

    private static byte[] encode(Kept kept) {
        byte[] value = kept.entry().value().bytes();
        ByteBuffer bytes = ByteBuffer.allocate(VALUE_HEADER + value.length);
        bytes.position(4);
        bytes.putLong(kept.entry().revision()).putLong(kept.lease()).put(value);
        bytes.position(4);
        return bytes.putInt(0, checksum(kept.entry().key(), bytes)).array();
    }

    private static long checksumIn(byte @Nullable [] bytes) {
        return bytes == null ? 0 : ByteBuffer.wrap(bytes).getInt();
    }

    private static Kept decode(String key, ByteBuffer bytes) {
        long revision = bytes.getLong();
        long lease = bytes.getLong();
        byte[] value = new byte[bytes.remaining()];
        bytes.get(value);
        return new Kept(new Entry(key, Value.of(value), revision), lease);
    }

    private static int checksum(String key, ByteBuffer rest) {
        CRC32C crc = new CRC32C();
        crc.update(key.getBytes(StandardCharsets.UTF_8));
        crc.update(rest.duplicate());
        return crc.getValue() == 0 ? 1 : (int) crc.getValue();
    }

    private Maps maps() {
        MVStore open = store;
        MVMap<String, byte[]> openEntries = entries;
        MVMap<String, String> openMeta = meta;
        if (open == null || openEntries == null || openMeta == null) {
            throw new IllegalStateException("the checkpoint " + file + " is not open");
        }
        return new Maps(open, openEntries, openMeta);
    }

    /** Closes the file without writing anything to it. */
    void abandon() {
        MVStore open = store;
        store = null;
        if (open != null) {
            open.closeImmediately();
        }
    }

    @Override
    public void close() {
        MVStore open = store;
        store = null;
        if (open != null) {
            open.close();
        }
    }

    private record Maps(MVStore store, MVMap<String, byte[]> entries, MVMap<String, String> meta) {}
}
