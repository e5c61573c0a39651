package io.patchbay.store.embedded;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * The commits since the last snapshot, in segments that follow each other without a gap.
 *
 * <p>{@link #append} and {@link #roll} belong to one writer thread; {@link #deleteUpTo} and {@link #prepareSpare} may
 * run beside it.
 */
final class CommitLog implements AutoCloseable {
    private final Path directory;
    private final long segmentBytes;
    private final Object spareLock = new Object();
    private final Deque<LogSegment> segments;
    private LogSegment current;
    private long number;

    private CommitLog(Path directory, long segmentBytes, Deque<LogSegment> segments, long number) {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.segments = segments;
        this.current = segments.getLast();
        this.number = number;
    }

    static boolean existsIn(Path directory) throws IOException {
        return !files(directory).isEmpty();
    }

    /** Begins a log whose first commit will be {@code base + 1}. */
    static CommitLog create(Path directory, long base, long segmentBytes) throws IOException {
        Path spare = spareIn(directory);
        LogSegment.prepare(spare, segmentBytes);
        Deque<LogSegment> segments = new ArrayDeque<>();
        segments.add(LogSegment.create(spare, fileFor(directory, 1), base));
        return new CommitLog(directory, segmentBytes, segments, 1);
    }

    /** Reads the log behind what {@code reader} has from the snapshot, and goes on where it ends. */
    static CommitLog open(Path directory, LogReader reader, long segmentBytes) throws IOException {
        Deque<LogSegment> segments = new ArrayDeque<>();
        try {
            for (Path file : files(directory)) {
                segments.add(LogSegment.open(file));
            }
            reader.read(new ArrayList<>(segments));
            segments.getLast().rewriteLast();
            Files.deleteIfExists(spareIn(directory));
            return new CommitLog(directory, segmentBytes, segments, number(segments.getLast()));
        } catch (IOException | RuntimeException e) {
            for (LogSegment segment : segments) {
                segment.close();
            }
            throw e;
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "commits-*.log")) {
            found.forEach(files::add);
        }
        files.sort(Comparator.comparing(Path::toString));
        return files;
    }

    private static Path fileFor(Path directory, long number) {
        return directory.resolve(String.format(Locale.ROOT, "commits-%012d.log", number));
    }

    private static long number(LogSegment segment) {
        String digits = segment.file().getFileName().toString().replaceAll("[^0-9]", "");
        if (digits.isEmpty() || digits.length() > 18) {
            throw Failures.damaged(segment.file(), "its name has no number");
        }
        return Long.parseLong(digits);
    }

    private static Path spareIn(Path directory) {
        return directory.resolve("spare.log");
    }

    boolean hasRoomFor(Frame frame) {
        return current.hasRoomFor(frame);
    }

    boolean isHalfFull() {
        return current.isHalfFull();
    }

    /** Writes the frame behind the last one and syncs it. */
    void append(Frame frame) throws IOException {
        current.append(frame);
    }

    /** Begins a segment that has room for the frame; the earlier ones stay until a snapshot holds what they hold. */
    void roll(long base, Frame frame) throws IOException {
        Path file = fileFor(directory, number + 1);
        LogSegment next;
        synchronized (spareLock) {
            Path spare = spareIn(directory);
            long needed = Math.max(segmentBytes, LogSegment.HEADER_BYTES + frame.length());
            if (!Files.exists(spare) || Files.size(spare) < needed) {
                LogSegment.prepare(spare, needed);
            }
            next = LogSegment.create(spare, file, base);
        }
        synchronized (segments) {
            segments.add(next);
        }
        current = next;
        number++;
    }

    /** Makes the next segment's file in advance, so that {@link #roll} need not. */
    void prepareSpare() throws IOException {
        synchronized (spareLock) {
            Path spare = spareIn(directory);
            if (!Files.exists(spare)) {
                LogSegment.prepare(spare, segmentBytes);
            }
        }
    }

    /** Whether there are segments besides the one that is written to. */
    boolean hasFullSegments() {
        synchronized (segments) {
            return segments.size() > 1;
        }
    }

    /** Deletes the segments that hold nothing newer than {@code revision}, oldest first; the newest one stays. */
    void deleteUpTo(long revision) throws IOException {
        synchronized (segments) {
            for (LogSegment next : segments.stream().skip(1).toList()) {
                if (next.base() > revision) {
                    return;
                }
                // one that cannot be deleted stays the first: a gap behind it would be taken for damage
                Files.deleteIfExists(segments.getFirst().file());
                segments.removeFirst().close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (segments) {
            for (LogSegment segment : segments) {
                segment.close();
            }
        }
    }
}
