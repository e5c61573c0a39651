package io.patchbay.core.testkit;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Takes work for later and never does it: the test does it by hand. */
final class StillExecutor extends ScheduledThreadPoolExecutor {
    StillExecutor() {
        super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return new Never();
    }
}
