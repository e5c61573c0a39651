package io.patchbay.daemon;

import io.patchbay.core.host.Forwarding;
import io.patchbay.core.link.Links;
import io.patchbay.core.store.Store;
import io.patchbay.daemon.firewall.IptablesForwarding;
import io.patchbay.daemon.settings.StoreAddress;
import io.patchbay.netlink.NetlinkLinks;
import io.patchbay.store.embedded.EmbeddedStore;

/** This host's store, kernel and firewall: the one place where adapters are made. */
final class HostPorts implements Ports {
    private final StoreAddress store;

    HostPorts(StoreAddress store) {
        this.store = store;
    }

    @Override
    public Store openStore() {
        if (store instanceof StoreAddress.Embedded embedded) {
            return EmbeddedStore.open(embedded.directory());
        }
        throw new IllegalStateException("no adapter for " + store);
    }

    @Override
    public Links links() {
        return hostLinks();
    }

    @Override
    public Forwarding forwarding(Links links) {
        return hostForwarding(links);
    }

    static Links hostLinks() {
        return new NetlinkLinks();
    }

    static Forwarding hostForwarding(Links links) {
        return new IptablesForwarding(links, System.getenv().getOrDefault("PATH", ""));
    }
}
