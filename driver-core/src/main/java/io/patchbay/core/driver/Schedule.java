package io.patchbay.core.driver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** When the driver does by itself what it does. */
final class Schedule implements AutoCloseable {
    private static final Duration LONGEST_ROUND = Duration.ofMinutes(1);
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final Duration round;
    private final Duration look;
    private final ScheduledExecutorService executor;
    private final List<Future<?>> timers = new ArrayList<>();

    Schedule(DriverSettings settings, ScheduledExecutorService executor) {
        this.round = settings.grace().compareTo(LONGEST_ROUND) < 0 ? settings.grace() : LONGEST_ROUND;
        this.look = settings.self().lease().dividedBy(3);
        this.executor = executor;
    }

    /** How long it is from one round to the next: a minute, or as long as the grace time. */
    Duration round() {
        return round;
    }

    synchronized void start(Wiring parts, Round rounds) {
        every(round, Duration.ZERO, rounds::run);
        // costs next to nothing, and cannot wait for the next round
        every(GLANCE, GLANCE, () -> Background.guarded("firewall", parts.firewall::lookForFilter));
        every(GLANCE, GLANCE, () -> Background.guarded("glance at this host", parts.cluster::glance));
        every(look, look, () -> Background.guarded("look at the hosts", parts.cluster::tick));
    }

    private void every(Duration pause, Duration first, Runnable work) {
        timers.add(executor.scheduleWithFixedDelay(work, first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public synchronized void close() {
        timers.forEach(timer -> timer.cancel(false));
    }
}
