package io.patchbay.daemon;

import io.patchbay.core.engine.Engine;
import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.link.Links;
import io.patchbay.core.store.Store;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the daemon reaches outside with; each is asked for once, in this order, and a failure ends the start. Former
 * disks are asked for later, as often as needed.
 */
interface Ports {
    Store openStore();

    /** Where this host remembers what it must know while a shared store is away; empty when the store is its own. */
    Optional<Store> openDisk();

    /** The same of a name that this host had before, to be closed; empty when there is none. */
    Optional<Store> openFormerDisk(String host);

    Links links();

    Forwarding forwarding(Links links);

    /** Only where the engine is to be asked. */
    Engine engine(Path socket);
}
