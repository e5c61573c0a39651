package io.patchbay.store.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * One file of the commit log: a header, frames, zeros up to the size it was made with.
 *
 * <p>The whole size is written and synced before the file gets its name, so that a commit's sync has no allocation or
 * length to bring to the disk, finds its space already there on a full disk, and a file of another length is known to
 * be damaged. The nonce in every checksum keeps bytes that merely look like a frame, or belong to another segment, from
 * being taken for one.
 */
final class LogSegment implements AutoCloseable {
    static final int HEADER_BYTES = 4096;
    static final int SCHEMA = 1;
    private static final long MAGIC = 0x5041544348424159L;
    private static final int HEADER_FIELDS = 40;
    private static final int SLICE = 1 << 16;
    private static final int PAGE = 4096;

    /**
     * Each write is on the disk when it returns (O_DSYNC): one system call, with the effect of a write and a fdatasync.
     */
    private static final String SYNCED = "rwd";

    private final Path file;
    private final RandomAccessFile log;
    private final long base;
    private final long size;
    private final long nonce;
    private long position = HEADER_BYTES;
    private Optional<Frame> last = Optional.empty();
    private boolean unclean;

    private LogSegment(Path file, RandomAccessFile log, long base, long size, long nonce) {
        this.file = file;
        this.log = log;
        this.base = base;
        this.size = size;
        this.nonce = nonce;
    }

    /** Makes a file of zeros that {@link #create} can take. */
    static void prepare(Path spare, long size) throws IOException {
        Files.deleteIfExists(spare);
        OwnerOnly.createFile(spare);
        try (FileChannel channel = FileChannel.open(spare, StandardOpenOption.WRITE)) {
            // page by page: the page cache keeps a larger write as one folio, and each small commit would then count
            // for all of it
            ByteBuffer zeros = ByteBuffer.allocateDirect(PAGE);
            for (long at = 0; at < size; ) {
                at += channel.write(zeros.clear().limit((int) Math.min(PAGE, size - at)), at);
            }
            channel.force(true);
        } catch (IOException e) {
            OwnerOnly.deleteSuppressing(spare, e);
            throw e;
        }
    }

    /** Gives a prepared file its header and name; its first commit will have revision {@code base + 1}. */
    static LogSegment create(Path spare, Path file, long base) throws IOException {
        long nonce = ThreadLocalRandom.current().nextLong();
        RandomAccessFile log = new RandomAccessFile(spare.toFile(), SYNCED);
        try {
            long size = log.length();
            ByteBuffer header = ByteBuffer.allocate(HEADER_FIELDS + 4)
                    .putLong(MAGIC)
                    .putInt(SCHEMA)
                    .putInt(0)
                    .putLong(size)
                    .putLong(base)
                    .putLong(nonce);
            header.putInt(checksum(header));
            log.write(header.array());
            // a segment of this name is one whose creation failed before it was used
            Files.move(spare, file, StandardCopyOption.ATOMIC_MOVE);
            OwnerOnly.syncDirectory(file);
            return new LogSegment(file, log, base, size, nonce);
        } catch (IOException e) {
            OwnerOnly.closeSuppressing(log, e);
            throw e;
        }
    }

    /** Opens a segment and checks its header. */
    static LogSegment open(Path file) {
        RandomAccessFile log = null;
        try {
            // opening for writing would make a file that is not there
            ByteBuffer header = ByteBuffer.wrap(readHeader(file));
            long base = checkedBase(file, header, Files.size(file));
            log = new RandomAccessFile(file.toFile(), SYNCED);
            return new LogSegment(file, log, base, header.getLong(16), header.getLong(32));
        } catch (IOException e) {
            OwnerOnly.closeSuppressing(log, e);
            throw Failures.unavailable(file, "cannot be read", e);
        }
    }

    private static byte[] readHeader(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(HEADER_FIELDS + 4);
        }
    }

    private static long checkedBase(Path file, ByteBuffer header, long actualSize) {
        if (header.remaining() < HEADER_FIELDS + 4 || header.getLong(0) != MAGIC) {
            throw Failures.damaged(file, "it does not begin like a commit log");
        }
        int schema = header.getInt(8);
        if (header.getInt(HEADER_FIELDS) != checksum(header.duplicate().position(HEADER_FIELDS))) {
            throw Failures.damaged(file, "the checksum of its header is wrong");
        }
        if (schema > SCHEMA) {
            throw Failures.newerSchema(file, Integer.toString(schema), SCHEMA);
        }
        long size = header.getLong(16);
        if (size != actualSize) {
            throw Failures.damaged(file, "it has " + actualSize + " bytes and was made with " + size);
        }
        return header.getLong(24);
    }

    private static int checksum(ByteBuffer headerAtItsEnd) {
        CRC32C crc = new CRC32C();
        crc.update(headerAtItsEnd.duplicate().flip());
        return (int) crc.getValue();
    }

    /**
     * Hands over the frames from the beginning on and goes on behind the last good one.
     *
     * @return whether a whole frame of this segment stands behind the place where reading ended, so that something in
     * between was lost
     */
    boolean read(Consumer<Frame> frames) throws IOException {
        ByteBuffer bytes = map(file).limit((int) size);
        int at = HEADER_BYTES;
        Optional<Frame> frame = Frame.read(bytes, at, nonce);
        while (frame.isPresent()) {
            frames.accept(frame.get());
            last = frame;
            at += frame.get().length();
            frame = Frame.read(bytes, at, nonce);
        }
        position = at;
        return hasFrameBehind(bytes, at);
    }

    static ByteBuffer map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }

    /** Nearly always there are zeros only, and comparing those at once takes the least time. */
    private boolean hasFrameBehind(ByteBuffer bytes, int from) {
        ByteBuffer zeros = ByteBuffer.allocate(SLICE);
        for (int at = from; at < bytes.limit(); at += SLICE) {
            int length = Math.min(SLICE, bytes.limit() - at);
            if (bytes.slice(at, length).equals(zeros.duplicate().limit(length))) {
                continue;
            }
            for (int behind = at; behind < at + length; behind += Frame.ALIGNMENT) {
                if (Frame.read(bytes, behind, nonce).isPresent()) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Brings the last frame that was read to the disk. It may be there in memory only, from a write that the disk
     * refused or a crash cut off, and from now on it counts. The frames before it were on the disk before it was begun.
     */
    void rewriteLast() throws IOException {
        if (last.isPresent()) {
            position -= last.get().length();
            append(last.get());
        }
    }

    boolean hasRoomFor(Frame frame) {
        return position + frame.length() <= size;
    }

    boolean isHalfFull() {
        return position > size / 2;
    }

    /**
     * Writes and syncs; when that fails the frame is wiped as well as can be and the next one takes its place. Unlike a
     * channel, this file stays open when the thread is interrupted.
     */
    void append(Frame frame) throws IOException {
        if (unclean) {
            wipe();
        }
        byte[] bytes = frame.encode(nonce);
        try {
            log.seek(position);
            log.write(bytes);
        } catch (IOException e) {
            unclean = true;
            try {
                wipe();
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        position += bytes.length;
    }

    /** A frame answered as failed must not come back after a restart, if it can be helped. */
    private void wipe() throws IOException {
        log.seek(position);
        log.write(new byte[Frame.HEADER_BYTES]);
        unclean = false;
    }

    Path file() {
        return file;
    }

    long base() {
        return base;
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
