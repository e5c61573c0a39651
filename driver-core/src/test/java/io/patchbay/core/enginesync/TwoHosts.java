package io.patchbay.core.enginesync;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.finding.Finding;
import io.patchbay.core.inspect.Inspection.NetworkView;
import io.patchbay.core.record.NetworkPlan;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Sharing;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Two hosts on one store, each with an engine, and what is seen of them. */
abstract class TwoHosts {
    final World one = new World(Sharing.BY_HAND);
    final World two = one.neighbour("h2");
    private final List<World> more = new ArrayList<>();

    @AfterEach
    void close() {
        more.forEach(World::close);
        two.close();
        one.close();
    }

    World host(String name, Sharing sharing) {
        World world = one.neighbour(name, sharing);
        more.add(world);
        return world;
    }

    /** Enough rounds of all for everything that can happen to have happened; what waits becomes due. */
    void rounds(World... hosts) {
        for (int i = 0; i < 4; i++) {
            one.time.pass(Duration.ofMinutes(1));
            for (World host : hosts) {
                settled();
                host.engineRound();
            }
        }
    }

    /** The watch of a store in memory tells within milliseconds; a host must have heard all before its round counts. */
    void settled() {
        Await.until("the watches", () -> one.store().isAllTold());
    }

    void shared(NetworkPlan plan) {
        one.engine.create(plan);
        rounds(one, two);
        assertThat(two.engine.find(plan.name())).isPresent();
    }

    List<NetworkView> views(String host) {
        return one.driver().inspection().networks().stream()
                .filter(n -> n.host().equals(host))
                .toList();
    }

    NetworkView view(String host) {
        assertThat(views(host)).hasSize(1);
        return views(host).get(0);
    }

    static List<String> said(World host) {
        return host.driver().inspection().doctor().stream()
                .filter(f -> f.check().equals("replication"))
                .map(Finding::message)
                .toList();
    }
}
