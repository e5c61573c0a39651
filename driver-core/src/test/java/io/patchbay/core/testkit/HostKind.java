package io.patchbay.core.testkit;

import io.patchbay.core.cluster.HostSettings;
import io.patchbay.core.inspect.StayLimits;
import io.patchbay.core.ipam.AutoRange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What a host of a test is like.
 *
 * @param stepwise nothing happens in the background but what {@link World#background} does
 * @param probe the LAN is asked for addresses
 * @param stays how much is kept of who had which address; nothing by itself, so that who counts writes counts no other
 */
public record HostKind(
        List<AutoRange> autoPools,
        int reserve,
        boolean stepwise,
        Sharing sharing,
        boolean isGlobal,
        boolean probe,
        StayLimits stays) {
    static final HostKind PLAIN = new HostKind(List.of(), 0, false, Sharing.BY_HAND, false, false, StayLimits.NONE);

    HostKind with(List<AutoRange> pools) {
        return new HostKind(pools, reserve, stepwise, sharing, isGlobal, probe, stays);
    }

    HostKind with(int newReserve, boolean isStepwise) {
        return new HostKind(autoPools, newReserve, isStepwise, sharing, isGlobal, probe, stays);
    }

    HostKind with(Sharing its) {
        return new HostKind(autoPools, reserve, stepwise, its, isGlobal, probe, stays);
    }

    HostKind global(boolean global) {
        return new HostKind(autoPools, reserve, stepwise, sharing, global, probe, stays);
    }

    HostKind asking() {
        return new HostKind(autoPools, reserve, stepwise, sharing, isGlobal, true, stays);
    }

    ScheduledExecutorService executor() {
        return stepwise ? new ManualExecutor() : Executors.newScheduledThreadPool(3);
    }

    /** For the work with the engine. */
    ScheduledExecutorService background() {
        return sharing == Sharing.LIVE ? Executors.newScheduledThreadPool(1) : new StillExecutor();
    }

    /** One that keeps who had which address. */
    public static HostKind keeping(StayLimits limits) {
        return new HostKind(List.of(), 0, false, Sharing.BY_HAND, false, false, limits);
    }

    /** What a host says of itself here; its lease is so long that it does nothing by itself while a test runs. */
    public static HostSettings named(String name) {
        return new HostSettings("machine of " + name, "boot", "1", Duration.ofHours(1), Optional.empty(), true);
    }
}
