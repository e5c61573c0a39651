package io.patchbay.netlink;

import static io.patchbay.netlink.InNamespace.run;

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
}
