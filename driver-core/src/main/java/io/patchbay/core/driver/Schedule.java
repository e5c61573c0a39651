package io.patchbay.core.driver;

import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/** When the driver does by itself what it does. */
final class Schedule implements AutoCloseable {
    private static final Duration LONGEST_ROUND = Duration.ofMinutes(1);
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private static final Duration STAYS = Duration.ofSeconds(2);

    private final Duration round;
    private final Duration look;
    private final ScheduledExecutorService executor;
    private final List<Chores.Planned> timers = new ArrayList<>();

    Schedule(DriverSettings settings, ScheduledExecutorService executor) {
        this.round = settings.grace().compareTo(LONGEST_ROUND) < 0 ? settings.grace() : LONGEST_ROUND;
        this.look = settings.self().lease().dividedBy(3);
        this.executor = executor;
    }

    /** How long it is from one round to the next: a minute, or as long as the grace time. */
    Duration round() {
        return round;
    }

    synchronized void start(Wiring parts, Maintenance maintenance) {
        every("a round", round, Duration.ZERO, maintenance::run);
        // costs next to nothing, and cannot wait for the next round
        every("a glance at the firewall", GLANCE, GLANCE, parts.firewall::lookForFilter);
        every("a glance at this host", GLANCE, GLANCE, parts.cluster::glance);
        every("a look at the neighbours", GLANCE, GLANCE, () -> lookAtNeighbours(parts));
        every("a look at the hosts", look, look, parts.cluster::tick);
        // soon after the start, since until then others say that nothing is known of this host
        every("writing who had which address", STAYS, STAYS, () -> writeStays(parts));
        every("a look for doctor on other hosts", round, look, () -> lookForOthers(parts));
    }

    private static void lookForOthers(Wiring parts) {
        Chores.guarded("a glance at what disagrees", parts.fsck::glance);
        parts.findings.lookForOthers();
    }

    private static void writeStays(Wiring parts) {
        if (parts.cluster.presence().refusal().isEmpty()) {
            parts.stays.write();
        }
    }

    /** What the store has under this host's name is another's while that has the name. */
    private static void lookAtNeighbours(Wiring parts) {
        if (parts.cluster.presence().refusal().isEmpty()) {
            parts.claims.neighbours().look();
        }
    }

    private void every(String what, Duration pause, Duration first, Runnable work) {
        timers.add(Chores.every(executor, first, pause, what, work));
    }

    @Override
    public synchronized void close() {
        timers.forEach(Chores.Planned::callOff);
    }
}
