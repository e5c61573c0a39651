package io.patchbay.core.network;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.work.Chores;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that this host's firewall lets pass what is bridged for its networks. */
public final class BridgeFirewall {
    private static final Logger LOG = LoggerFactory.getLogger(BridgeFirewall.class);

    private final State state;
    private final String host;
    private final Forwarding forwarding;
    private final boolean fixForwarding;
    /** Bridges of which iptables saw nothing when they were last looked at. */
    private final Set<String> unfiltered = ConcurrentHashMap.newKeySet();
    /** What was said last of a bridge whose frames are dropped: the look of each minute repeats nothing. */
    private final Map<String, String> said = new HashMap<>();

    /** {@code fixForwarding}: put the accepting rule where br_netfilter and FORWARD would drop the LAN's frames. */
    public BridgeFirewall(State state, String host, Forwarding forwarding, boolean fixForwarding) {
        this.state = state;
        this.host = host;
        this.forwarding = forwarding;
        this.fixForwarding = fixForwarding;
    }

    /**
     * A firewall that drops what is bridged makes a network look half alive; said, and mended if allowed. The rule is
     * also put where the policy still accepts: dockerd sets it to DROP when it starts, and then the containers of a
     * boot are up before the next look.
     */
    synchronized void letThrough(String bridge) {
        Forwarding.Status status = forwarding.status(bridge);
        if (status.state() == Forwarding.State.NOT_FILTERED) {
            unfiltered.add(bridge);
            return;
        }
        unfiltered.remove(bridge);
        if (!fixForwarding) {
            if (status.state() == Forwarding.State.DROPPED) {
                warn(bridge, "firewall drops bridged frames bridge=" + bridge + " evidence=\"" + status.detail() + '"');
            } else {
                said.remove(bridge);
            }
            return;
        }
        try {
            forwarding.allow(bridge);
            said.remove(bridge);
            LOG.debug("firewall rule is there bridge={} evidence=\"{}\"", bridge, status.detail());
        } catch (PatchbayException e) {
            warn(bridge, "firewall rule not added bridge=" + bridge + " reason=\"" + e.getMessage() + '"');
        }
    }

    /** How it treats a bridge's frames now; what the first network on the bridge will mend is no fault before. */
    public Forwarding.Status status(String bridge) {
        Forwarding.Status status = forwarding.status(bridge);
        return status.state() == Forwarding.State.DROPPED
                        && fixForwarding
                        && !bridges().contains(bridge)
                ? new Forwarding.Status(
                        Forwarding.State.ACCEPTED,
                        "the first network on " + bridge + " puts in the rule that is missing yet: " + status.detail())
                : status;
    }

    private void warn(String bridge, String sentence) {
        if (!sentence.equals(said.put(bridge, sentence))) {
            LOG.warn("{}", sentence);
        }
    }

    /**
     * Looks again where nothing was filtered. dockerd turns br_netfilter on when it makes a bridge whose containers may
     * not reach each other, as docker_gwbridge a moment after a node has joined a swarm (moby:
     * bridge/setup_bridgenetfiltering.go). Cheap as long as nothing changes.
     */
    public void lookForFilter() {
        bridges().stream().filter(unfiltered::contains).forEach(this::look);
    }

    /** Looks at the firewall for the bridges of all networks of this host. */
    public void letAllThrough() {
        bridges().forEach(this::look);
    }

    private void look(String bridge) {
        Chores.guarded("a look at the firewall for bridge " + bridge, () -> letThrough(bridge));
    }

    /** Those of others: on one of our own nothing from the LAN passes. */
    private Set<String> bridges() {
        Set<String> bridges = new HashSet<>();
        for (Versioned<NetworkRecord> network : state.peekAll(Refs.networksOf(host))) {
            if (!network.value().ownBridge()) {
                bridges.add(network.value().bridge());
            }
        }
        return bridges;
    }
}
