package io.patchbay.store.etcd;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** How far behind its own commits this process hears the store. Counts only while something watches everything. */
final class WatchLag {
    private static final int MOST = 4096;

    private record Commit(long revision, long nanos) {}

    private final Deque<Commit> unheard = new ArrayDeque<>();
    private long heard;
    private int watches;

    synchronized void watching() {
        watches++;
    }

    synchronized void ended() {
        watches--;
        if (watches == 0) {
            unheard.clear();
        }
    }

    synchronized void committed(long revision) {
        if (watches > 0 && revision > heard && unheard.size() < MOST) {
            unheard.add(new Commit(revision, System.nanoTime()));
        }
    }

    /** Everything up to this revision was handed over. */
    synchronized void heard(long revision) {
        heard = Math.max(heard, revision);
        unheard.removeIf(commit -> commit.revision() <= heard);
    }

    synchronized Duration lag() {
        long now = System.nanoTime();
        return unheard.stream()
                .map(commit -> Duration.ofNanos(now - commit.nanos()))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }
}
