package io.patchbay.core.testkit;

import io.patchbay.core.firewall.Forwarding;
import java.util.ArrayList;
import java.util.List;

/** A firewall in memory: drops for every bridge or for none, and accepts what it was told to allow. */
public final class FakeForwarding implements Forwarding {
    private final List<String> allowed = new ArrayList<>();
    private boolean dropping;

    public synchronized void drop() {
        dropping = true;
    }

    public synchronized List<String> allowed() {
        return List.copyOf(allowed);
    }

    @Override
    public synchronized Status status(String bridge) {
        if (!dropping) {
            return new Status(State.NOT_FILTERED, "bridge-nf-call-iptables is 0");
        }
        return allowed.contains(bridge)
                ? new Status(State.ACCEPTED, "a rule in DOCKER-USER accepts " + bridge)
                : new Status(State.DROPPED, "bridge-nf-call-iptables is 1 and FORWARD drops");
    }

    @Override
    public synchronized void allow(String bridge) {
        if (!allowed.contains(bridge)) {
            allowed.add(bridge);
        }
    }
}
