package io.patchbay.store.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the commit log at opening and tells a commit that was never acknowledged from one that was and is gone.
 *
 * <p>What proves that something acknowledged is missing: a first segment that begins after the snapshot, a segment that
 * ends before the next one begins, a snapshot newer than the log, and a whole frame or a seal behind a broken one. A
 * broken frame with nothing behind it is taken for a write that a crash cut off.
 */
final class LogReader {
    private final Path file;
    private final long snapshot;
    private final Consumer<Revision> later;
    private long last;

    /** {@code snapshot} is the revision that {@code file} is at, 0 when there is none. */
    LogReader(Path file, long snapshot, Consumer<Revision> later) {
        this.file = file;
        this.snapshot = snapshot;
        this.later = later;
    }

    void read(List<LogSegment> all) throws IOException {
        int superfluous = 0;
        while (superfluous + 1 < all.size() && all.get(superfluous + 1).base() <= snapshot) {
            superfluous++;
        }
        List<LogSegment> segments = all.subList(superfluous, all.size());
        LogSegment oldest = segments.get(0);
        if (oldest.base() > snapshot) {
            String what = snapshot == 0 ? "it is missing" : "it ends at revision " + snapshot;
            throw Failures.damaged(
                    file,
                    what + " and the commit log begins after revision " + oldest.base()
                            + ", so acknowledged commits are missing");
        }
        last = oldest.base();
        for (int i = 0; i < segments.size(); i++) {
            long end = i + 1 < segments.size() ? segments.get(i + 1).base() : Long.MAX_VALUE;
            read(segments.get(i), end);
        }
        if (last < snapshot) {
            throw Failures.damaged(
                    segments.get(segments.size() - 1).file(),
                    "it ends at revision " + last + " although revision " + snapshot + " was acknowledged");
        }
    }

    private void read(LogSegment segment, long end) throws IOException {
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

    private void take(LogSegment segment, Frame frame, long end) {
        if (frame.isSeal()) {
            return;
        }
        if (frame.firstRevision() != last + 1) {
            throw missing(segment);
        }
        last = frame.lastRevision();
        for (Revision revision : frame.decode()) {
            if (revision.number() > snapshot && revision.number() <= end) {
                later.accept(revision);
            }
        }
    }

    private RuntimeException missing(LogSegment segment) {
        return Failures.damaged(
                segment.file(), "acknowledged commits after revision " + last + " cannot be read from it");
    }
}
