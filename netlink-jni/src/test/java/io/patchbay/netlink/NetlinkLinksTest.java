package io.patchbay.netlink;

import static io.patchbay.netlink.InNamespace.run;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.LinksContract;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(InNamespace.class)
class NetlinkLinksTest extends LinksContract {
    private final NetlinkLinks links = new NetlinkLinks();

    @Override
    protected Links links() {
        return links;
    }

    @Override
    protected void givenForeignLink(String name) {
        run("ip", "link", "add", name, "type", "veth", "peer", "name", name + "x");
    }

    @Override
    protected void removeForeignLink(String name) {
        run("ip", "link", "delete", name);
    }

    @Override
    protected void bringUp(String containerEnd) {
        run("ip", "link", "set", containerEnd, "up");
    }

    /** The kernel tells its neighbours when the MAC of a link changes that has addresses. */
    @Override
    protected void speak(String containerEnd, IpAddress address, MacAddress mac) {
        run("sh", "-c", "echo 1 >/proc/sys/net/ipv4/conf/" + containerEnd + "/arp_notify");
        run("sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/" + containerEnd + "/ndisc_notify");
        if (address.isV6()) {
            run("ip", "address", "add", address + "/64", "dev", containerEnd, "nodad");
        } else {
            run("ip", "address", "add", address + "/24", "dev", containerEnd);
        }
        // one that it has already is no change
        run("ip", "link", "set", containerEnd, "address", "02:00:00:00:00:01");
        run("ip", "link", "set", containerEnd, "address", mac.toString());
    }
}
