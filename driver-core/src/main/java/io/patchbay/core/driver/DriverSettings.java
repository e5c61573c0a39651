package io.patchbay.core.driver;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.cluster.HostSettings;
import io.patchbay.core.inspect.StayLimits;
import io.patchbay.core.ipam.AutoRange;
import java.time.Duration;
import java.util.List;

/**
 * What is set for this host.
 *
 * @param host unique in the cluster; no slash
 * @param defaultBridge of networks that name none
 * @param fixForwarding put one rule into DOCKER-USER where the LAN's frames would be dropped
 * @param autoPools where pools come from when nobody names a subnet
 * @param reserve how many addresses of each range are claimed beforehand, for the time when a shared store is away
 * @param hold how long a released address is kept for this host
 * @param grace how long something has to look wrong before it is taken for left behind by a crash
 * @param self what it says of itself to the others
 * @param storeAddresses where a shared store is reached, as far as that is said by address; no container is given one
 * @param probe whether the LAN is asked before an address is given and heard afterwards, by networks that do not say
 * @param globalScope the leader of a swarm allocates for all nodes, instead of each node for itself
 * @param stays how much is kept of who had which address
 */
public record DriverSettings(
        String host,
        String defaultBridge,
        boolean fixForwarding,
        List<AutoRange> autoPools,
        int reserve,
        Duration hold,
        Duration grace,
        HostSettings self,
        List<IpAddress> storeAddresses,
        boolean probe,
        boolean globalScope,
        StayLimits stays) {
    public DriverSettings {
        autoPools = List.copyOf(autoPools);
        storeAddresses = List.copyOf(storeAddresses);
        if (host.isBlank() || host.contains("/")) {
            throw new IllegalArgumentException("host name \"" + host + "\" is empty or has a slash");
        }
    }
}
