package io.patchbay.core.driver;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.cluster.Presence;
import io.patchbay.core.contract.IpamDriver;

/**
 * Refuses what would be written under this host's name while another machine has the name; what ends something goes on.
 */
final class NamedIpam implements IpamDriver {
    private final IpamDriver ipam;
    private final Presence presence;

    NamedIpam(IpamDriver ipam, Presence presence) {
        this.ipam = ipam;
        this.presence = presence;
    }

    @Override
    public PoolGrant requestPool(PoolRequest request) {
        presence.requireName();
        return ipam.requestPool(request);
    }

    @Override
    public void releasePool(String poolId) {
        ipam.releasePool(poolId);
    }

    @Override
    public Cidr requestAddress(AddressRequest request) {
        presence.requireName();
        return ipam.requestAddress(request);
    }

    @Override
    public void releaseAddress(String poolId, IpAddress address) {
        ipam.releaseAddress(poolId, address);
    }
}
