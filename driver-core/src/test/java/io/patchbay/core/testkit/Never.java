package io.patchbay.core.testkit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Something far away that can be cancelled; a task of an executor's own, however far away, would cost a thread. */
final class Never extends CompletableFuture<Boolean> implements ScheduledFuture<Boolean> {
    @Override
    public long getDelay(TimeUnit unit) {
        return Long.MAX_VALUE;
    }

    @Override
    public int compareTo(Delayed other) {
        return Long.compare(getDelay(TimeUnit.DAYS), other.getDelay(TimeUnit.DAYS));
    }
}
