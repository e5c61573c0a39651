package io.patchbay.core.firewall;

/**
 * Whether this host's firewall lets frames pass from one port of a bridge to another. With br_netfilter on, bridged
 * IPv4 goes through iptables' FORWARD chain, whose policy dockerd sets to DROP (Documentation/networking:
 * bridge-nf-call-iptables).
 */
public interface Forwarding {

    /** Looks now; some milliseconds. Never fails: what cannot be found out is {@link State#UNKNOWN}. */
    Status status(String bridge);

    /**
     * Puts one rule for the bridge into DOCKER-USER, IPv4 and IPv6, that accepts what is bridged between its ports;
     * there already: nothing happens. Fails with a {@code PatchbayException} of kind {@code KERNEL} that has the tool's
     * words.
     */
    void allow(String bridge);

    /** {@code detail} is one sentence of evidence. */
    record Status(State state, String detail) {}

    enum State {
        /** br_netfilter is off for this host: bridged frames never see iptables. */
        NOT_FILTERED,
        /** The policy accepts, or our rule is there. */
        ACCEPTED,
        /** Frames between the LAN and containers are dropped. */
        DROPPED,
        UNKNOWN
    }
}
