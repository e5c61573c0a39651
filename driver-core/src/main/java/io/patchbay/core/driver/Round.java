package io.patchbay.core.driver;

import io.patchbay.core.endpoint.Fence;
import io.patchbay.core.repair.Reconciler.Repair;
import io.patchbay.core.work.Chores;

/** What the driver does by itself every minute, step by step; a step that fails does not keep the others. */
final class Round {
    private final Wiring parts;
    private final Fence fence;

    Round(Wiring parts, Fence fence) {
        this.parts = parts;
        this.fence = fence;
    }

    /** How a step is done. */
    private interface Doing {
        void step(String what, Runnable work);
    }

    /** One round; it does not fail. */
    void run() {
        round(Chores::guarded);
    }

    /** One round that fails with its first step that does. */
    void runOrFail() {
        round((what, work) -> work.run());
    }

    private void putLinksBack() {
        parts.plugs.putBack().forEach(link -> parts.reconciler.repaired(Repair.LINK_OFF_BRIDGE, link));
    }

    private void round(Doing doing) {
        doing.step("firewall", parts.firewall::letAllThrough);
        if (parts.cluster.presence().refusal().isEmpty()) {
            // what the store has under this host's name is another's otherwise
            doing.step("reconciliation", parts.reconciler::run);
            doing.step("putting links back", this::putLinksBack);
            if (!parts.state.isAway()) {
                doing.step("fencing", fence::again);
                doing.step("tidying of pools", parts.ipam::tidy);
                doing.step("tidying of MAC addresses", parts.endpoints::tidy);
                doing.step("reconciliation of the swarm", parts.ipam::sweep);
            }
            if (parts.cluster.seesOthers()) {
                // before, it would say that it is cut off, and could tell nobody
                doing.step("a look for doctor on other hosts", parts.views::lookForOthers);
            }
        }
    }
}
