package io.patchbay.core.network;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.ShortId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The bridge that a network lies on: one that is there and leads to the LAN, or one of its own. */
final class NetworkBridges {
    /** What the engine calls the bridges it makes: the default one, swarm's way out, one for each network. */
    private static final Pattern ENGINES = Pattern.compile("docker0|docker_gwbridge|br-[0-9a-f]{12}");

    private final Links links;
    private final String host;

    NetworkBridges(Links links, String host) {
        this.links = links;
        this.host = host;
    }

    /** The bridge itself, or the one whose port the named link is: who comes from macvlan says {@code parent=eth0}. */
    String find(String name) {
        Link link = links.find(name)
                .orElseThrow(() -> new PatchbayException(
                        Kind.NOT_FOUND,
                        "bridge " + name + " does not exist on host " + host
                                + "; make it with the LAN's NIC as a port, or name another with -o "
                                + NetworkOptions.BRIDGE + "=NAME"));
        if (link.isBridge()) {
            return onLan(name);
        }
        if (link.master().isPresent()) {
            int index = link.master().getAsInt();
            Optional<Link> master = links.list().stream()
                    .filter(l -> l.index() == index && l.isBridge())
                    .findFirst();
            if (master.isPresent()) {
                return onLan(master.get().name());
            }
        }
        throw new PatchbayException(
                Kind.INVALID,
                "link " + name + " on host " + host
                        + " is neither a bridge nor a port of one; put it into a bridge first (patchbay doctor says"
                        + " how)");
    }

    private String onLan(String bridge) {
        if (ENGINES.matcher(bridge).matches()) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "bridge " + bridge + " on host " + host + " is the engine's own, behind which its containers are"
                            + " apart from the LAN; name the bridge that has the LAN's NIC as a port with -o "
                            + NetworkOptions.BRIDGE + "=NAME");
        }
        return bridge;
    }

    static String ownName(String networkId) {
        return Links.PREFIX + ShortId.of(networkId);
    }

    void ensureOwn(String bridge, String networkId, NetworkOptions options) {
        MacAddress mac = Macs.ofBridge(networkId);
        links.ensureBridge(new BridgeSpec(bridge, mac, options.mtu(), Optional.of("patchbay-network:" + networkId)));
    }

    void deleteOwn(NetworkRecord network) {
        if (network.ownBridge()) {
            links.delete(List.of(network.bridge()));
        }
    }
}
