package io.patchbay.core.link;

import io.patchbay.core.addr.MacAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A network link of this host as the kernel tells it (rtnetlink(7), linux/if_link.h).
 *
 * @param index the kernel's number for it in this namespace (ifindex)
 * @param name at most 15 bytes
 * @param kind IFLA_INFO_KIND: {@code veth}, {@code bridge}, ...; empty for a physical device
 * @param alias IFLA_IFALIAS
 * @param mac IFLA_ADDRESS; all zero when the link has none
 * @param mtu bytes
 * @param up administratively up (IFF_UP)
 * @param carrier a signal is there (IFF_LOWER_UP): for a veth end, its peer is up too
 * @param master index of the bridge whose port it is
 * @param peer for a veth, the index of its other end in that end's namespace (IFLA_LINK)
 * @param peerElsewhere for a veth, the other end is in another namespace (IFLA_LINK_NETNSID is there)
 * @param bridge for a bridge, its settings
 * @param portState for a bridge port, IFLA_BRPORT_STATE: 0 disabled, 1 listening, 2 learning, 3 forwarding, 4 blocking
 */
public record Link(
        int index,
        String name,
        Optional<String> kind,
        Optional<String> alias,
        MacAddress mac,
        int mtu,
        boolean up,
        boolean carrier,
        OptionalInt master,
        OptionalInt peer,
        boolean peerElsewhere,
        Optional<BridgeSettings> bridge,
        OptionalInt portState) {

    /**
     * The state of a bridge port that lets frames through (BR_STATE_FORWARDING). It comes a moment after the carrier.
     */
    public static final int FORWARDING = 3;

    /** Whether it is a bridge port through which frames pass. */
    public boolean isForwarding() {
        return portState.orElse(0) == FORWARDING;
    }

    public boolean isBridge() {
        return kind.filter("bridge"::equals).isPresent();
    }

    public boolean isOurs() {
        return name.startsWith(Links.PREFIX);
    }

    /** The id in the alias of a host end of ours. */
    public Optional<String> endpointId() {
        return alias.filter(a -> a.startsWith(Links.ALIAS_PREFIX)).map(a -> a.substring(Links.ALIAS_PREFIX.length()));
    }

    /**
     * Settings of a bridge.
     *
     * @param stp IFLA_BR_STP_STATE is not 0
     * @param forwardDelayMillis IFLA_BR_FORWARD_DELAY, which the kernel counts in hundredths of a second
     * @param vlanFiltering IFLA_BR_VLAN_FILTERING is not 0
     * @param defaultPvid IFLA_BR_VLAN_DEFAULT_PVID: the VLAN that a port is in when nobody says another; 0 is none
     * @param nfCallIptables IFLA_BR_NF_CALL_IPTABLES is not 0: bridged IPv4 passes iptables although the sysctl may be
     *     off
     */
    public record BridgeSettings(
            boolean stp, int forwardDelayMillis, boolean vlanFiltering, int defaultPvid, boolean nfCallIptables) {}
}
