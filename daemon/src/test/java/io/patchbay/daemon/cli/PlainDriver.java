package io.patchbay.daemon.cli;

import io.patchbay.core.cluster.HostSettings;
import io.patchbay.core.driver.Driver;
import io.patchbay.core.driver.DriverPorts;
import io.patchbay.core.driver.DriverSettings;
import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.inspect.StayLimits;
import io.patchbay.core.store.Store;
import io.patchbay.core.time.TimeSource;
import io.patchbay.daemon.warmup.WarmUpLinks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/** A driver on a store, without a kernel and a firewall. */
final class PlainDriver {
    private static final Forwarding UNFILTERED = new Forwarding() {
        @Override
        public Status status(String bridge) {
            return new Status(State.NOT_FILTERED, "nothing is filtered");
        }

        @Override
        public void allow(String bridge) {
            throw new IllegalStateException("nothing is filtered");
        }
    };

    private PlainDriver() {}

    static Driver of(String host, String machine, Store store, ScheduledExecutorService executor) {
        DriverSettings settings = new DriverSettings(
                host,
                "br0",
                false,
                List.of(),
                0,
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                new HostSettings(machine, "", "1", Duration.ofHours(1), Optional.empty(), true),
                List.of(),
                false,
                false,
                new StayLimits(Duration.ofDays(1), 1000));
        return new Driver(
                settings,
                new DriverPorts(
                        store,
                        Optional.empty(),
                        name -> Optional.empty(),
                        Duration.ZERO,
                        new WarmUpLinks(),
                        UNFILTERED),
                TimeSource.system(),
                RandomGenerator.getDefault(),
                executor);
    }
}
