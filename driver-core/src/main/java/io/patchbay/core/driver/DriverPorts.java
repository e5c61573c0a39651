package io.patchbay.core.driver;

import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.link.Links;
import io.patchbay.core.store.Store;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the driver reaches outside with.
 *
 * @param disk a store of this host, for what it must remember while {@code store} is away; empty when that is this
 *     host's own
 * @param formerDisk the same of a name that this host had before, to be closed; empty when there is none
 * @param patience how long a call that meets a lost store waits for it to be back; what is known to be away is not
 *     waited for
 */
public record DriverPorts(
        Store store,
        Optional<Store> disk,
        Function<String, Optional<Store>> formerDisk,
        Duration patience,
        Links links,
        Forwarding forwarding) {}
