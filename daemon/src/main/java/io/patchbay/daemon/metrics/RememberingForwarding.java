package io.patchbay.daemon.metrics;

import io.patchbay.core.firewall.Forwarding;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps the last status of each bridge, so that a scrape need not run iptables; the reconciler looks every minute. */
public final class RememberingForwarding implements Forwarding {
    private final Forwarding forwarding;
    private final Map<String, Status> last = new ConcurrentHashMap<>();

    public RememberingForwarding(Forwarding forwarding) {
        this.forwarding = forwarding;
    }

    @Override
    public Status status(String bridge) {
        Status status = forwarding.status(bridge);
        last.put(bridge, status);
        return status;
    }

    @Override
    public void allow(String bridge) {
        forwarding.allow(bridge);
        status(bridge);
    }

    /** By bridge, as last seen. */
    public Map<String, Status> last() {
        return new TreeMap<>(last);
    }
}
