package io.patchbay.core.conflict;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.record.PoolName;
import java.time.Instant;
import java.util.Optional;

/**
 * A DHCP server that gives away addresses of a range of ours.
 *
 * @param server the address it calls itself by
 * @param mac its own or its relay's, as far as it was heard
 * @param offered the address of ours that it gave away last
 * @param range of a network, that this address lies in
 * @param bridge of this host, behind which it was heard
 * @param seen when it was heard last
 */
public record DhcpServer(
        IpAddress server,
        Optional<MacAddress> mac,
        IpAddress offered,
        PoolName pool,
        AddressRange range,
        String bridge,
        Instant since,
        Instant seen) {
    DhcpServer withMac(Optional<MacAddress> newMac) {
        return new DhcpServer(server, newMac, offered, pool, range, bridge, since, seen);
    }

    DhcpServer begunWith(DhcpServer first) {
        return new DhcpServer(server, mac.or(first::mac), offered, pool, range, bridge, first.since, seen);
    }
}
