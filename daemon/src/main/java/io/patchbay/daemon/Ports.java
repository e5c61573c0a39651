package io.patchbay.daemon;

import io.patchbay.core.host.Forwarding;
import io.patchbay.core.link.Links;
import io.patchbay.core.store.Store;

/** What the daemon reaches outside with; each is asked for once, in this order, and a failure ends the start. */
interface Ports {
    Store openStore();

    Links links();

    Forwarding forwarding(Links links);
}
