package io.patchbay.core.driver;

import io.patchbay.core.endpoint.Fence;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.LinkList;
import io.patchbay.core.link.Links;
import io.patchbay.core.work.Chores;
import io.patchbay.core.work.Repair;
import java.util.List;
import java.util.function.Supplier;

/** What the driver does by itself every minute, step by step; a step that fails does not keep the others. */
final class Maintenance {
    private final Wiring parts;
    private final Links links;
    private final Fence fence;

    Maintenance(Wiring parts, Links links, Fence fence) {
        this.parts = parts;
        this.links = links;
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

    private void putLinksBack(Supplier<List<Link>> all) {
        parts.hostEnds.putBack(all).forEach(link -> parts.reconciler.repaired(Repair.LINK_OFF_BRIDGE, link));
    }

    private void round(Doing doing) {
        Supplier<List<Link>> all = new LinkList(links);
        doing.step("firewall", parts.firewall::letAllThrough);
        doing.step("listening", parts.listening::settle);
        if (parts.cluster.presence().refusal().isEmpty()) {
            // what the store has under this host's name is another's otherwise
            doing.step("reconciliation", () -> parts.reconciler.run(all));
            doing.step("putting links back", () -> putLinksBack(all));
            if (!parts.state.isAway()) {
                doing.step("fencing", fence::again);
                doing.step("tidying of pools", () -> parts.ipam.tidy(parts.reconciler::repaired));
                doing.step(
                        "tidying of MAC addresses", () -> parts.endpoints.tidy(all.get(), parts.reconciler::repaired));
                doing.step("reconciliation of the swarm", parts.ipam::sweep);
                doing.step("writing who had which address", parts.stays::write);
            }
        }
    }
}
