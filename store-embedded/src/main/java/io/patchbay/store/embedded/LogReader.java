package io.patchbay.store.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the commit log at opening and tells a commit that was never acknowledged from one that was and is gone.
 *
 * <p>What proves that something acknowledged is missing: a first segment that begins after the checkpoint, a segment that ends before the next
 * one begins, a checkpoint newer than the log, and a whole frame or a seal behind a broken one. A broken frame with nothing
 * behind it is taken for a write that a crash cut off.
 */
final class LogReader {
    private final Path directory;
    private final long checkpoint;
    private final Consumer<Revision> later;
    private long last;

    LogReader(Path directory, long checkpoint, Consumer<Revision> later) {
        this.directory = directory;
        this.checkpoint = checkpoint;
        this.later = later;
    }

    void read(List<Segment> segments) throws IOException {
        Segment oldest = segments.get(0);
        if (oldest.base() > checkpoint) {
            throw Failures.damaged(
                    directory.resolve(Checkpoint.FILE),
                    "it ends at revision " + checkpoint + " and the commit log begins after revision " + oldest.base()
                            + ", so acknowledged commits are missing");
        }
        last = oldest.base();
        for (int i = 0; i < segments.size(); i++) {
            long end = i + 1 < segments.size() ? segments.get(i + 1).base() : Long.MAX_VALUE;
            read(segments.get(i), end);
        }
        if (last < checkpoint) {
            throw Failures.damaged(
                    segments.get(segments.size() - 1).file(),
                    "it ends at revision " + last + " although revision " + checkpoint + " was acknowledged");
        }
    }

    private void read(Segment segment, long end) throws IOException {
        if (segment.base() != last) {
            throw missing(segment);
        }
        boolean moreBehind = segment.read(frame -> take(segment, frame, end));
        if (end == Long.MAX_VALUE ? moreBehind : last < end) {
            throw missing(segment);
        }
        // a failed write may have left a frame that the next segment's commits replaced
        last = Math.min(last, end);
    }

    private void take(Segment segment, Frame frame, long end) {
        if (frame.isSeal()) {
            return;
        }
        if (frame.firstRevision() != last + 1) {
            throw missing(segment);
        }
        last = frame.lastRevision();
        for (Revision revision : frame.decode()) {
            if (revision.number() > checkpoint && revision.number() <= end) {
                later.accept(revision);
            }
        }
    }

    private RuntimeException missing(Segment segment) {
        return Failures.damaged(
                segment.file(), "acknowledged commits after revision " + last + " cannot be read from it");
    }
}
