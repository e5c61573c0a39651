package io.patchbay.core.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.store.MemoryStore.Failure;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.Seeds;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Random histories of containers on one host, with crashes of dockerd, of the daemon, of the host, and a store that
 * fails before or after it has written. Whatever happens: no two running containers have one address, a running
 * container keeps its claim, and when all is over and reconciled nothing is left.
 */
final class DriverModelTest {

    @Test
    void noHistoryGivesAnAddressTwiceOrLeaksAnything() {
        Seeds.run(30, random -> {
            try (World world = new World()) {
                new History(world, random).run();
            }
        });
    }

    private static final class History {
        private final World world;
        private final RandomGenerator random;
        private final Network network;
        private final List<Container> running = new ArrayList<>();
        private final List<String> log = new ArrayList<>();

        History(World world, RandomGenerator random) {
            this.world = world;
            this.random = random;
            this.network = world.createNetwork(NetworkPlan.of("10.77.0.0/28").withGateway("10.77.0.14"));
        }

        void run() {
            for (int i = 0; i < 80; i++) {
                step();
                check();
            }
            world.store().failNextCommits(0, Failure.BEFORE);
            running.forEach(world::stop);
            running.clear();
            // what was written and not answered for is heard of by the watch alone
            world.awaitAllTold();
            world.reconcileAfterGrace();
            // no container of the engine's names an address any more
            world.engineRound();
            assertThat(world.ourLinks()).as(String.join("\n", log)).isEmpty();
            assertThat(world.driver().inspection().endpoints()).isEmpty();
            assertThat(world.driver().inspection().claims())
                    .as(String.join("\n", log))
                    .extracting(ClaimView::kind)
                    .containsExactly("gateway");
            world.removeNetwork(network);
            assertThat(world.driver().inspection().claims()).isEmpty();
            assertThat(world.driver().inspection().pools()).isEmpty();
        }

        private void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> tolerant("run", () -> running.add(world.run(network)));
                case 3 ->
                    tolerant("run --ip", () -> running.add(world.run(network, "10.77.0." + (1 + random.nextInt(13)))));
                case 4, 5 -> stopOne();
                case 6 -> restartOne();
                case 7 -> world.time.pass(Duration.ofSeconds(random.nextInt(90)));
                case 8 -> world.driver().reconcile();
                case 9 -> world.store().failNextCommits(1, random.nextBoolean() ? Failure.BEFORE : Failure.AFTER);
                case 10 -> {
                    log.add("daemon killed");
                    world.restartDaemon();
                }
                default -> crashOne();
            }
        }

        /** What dockerd does with a failed call: the container does not start. */
        private void tolerant(String what, Runnable action) {
            try {
                action.run();
                log.add(what + " -> "
                        + (running.isEmpty()
                                ? ""
                                : running.get(running.size() - 1).ip()));
            } catch (PatchbayException e) {
                log.add(what + " failed: " + e.getMessage());
            }
        }

        /**
         * dockerd ignores every failure of a stop and never repeats it; the sandbox goes with the container all the
         * same.
         */
        private void stopOne() {
            if (running.isEmpty()) {
                return;
            }
            Container container = running.remove(random.nextInt(running.size()));
            log.add("stop " + container.ip());
            ignoring(() -> world.driver().network().leave(network.id(), container.endpoint()));
            ignoring(() -> world.driver().network().deleteEndpoint(network.id(), container.endpoint()));
            ignoring(() -> world.ipam().releaseAddress(network.poolId(), container.ip()));
        }

        private static void ignoring(Runnable call) {
            try {
                call.run();
            } catch (PatchbayException e) {
                assertThat(e.kind()).isEqualTo(PatchbayException.Kind.UNAVAILABLE);
            }
        }

        private void restartOne() {
            stopOne();
            tolerant("start again", () -> running.add(world.run(network)));
        }

        /** The container's namespace is gone and nobody tells. */
        private void crashOne() {
            if (!running.isEmpty()) {
                Container container = running.remove(random.nextInt(running.size()));
                log.add("crash " + container.ip());
                world.links.destroySandbox(container.hostEnd());
            }
        }

        private void check() {
            Set<IpAddress> addresses = new HashSet<>();
            for (Container container : running) {
                String story = container.ip() + " after\n" + String.join("\n", log);
                assertThat(addresses.add(container.ip()))
                        .as("given twice: " + story)
                        .isTrue();
                assertThat(world.ourLinks()).as("link of " + story).contains(container.hostEnd());
                assertThat(world.claim(container.ip().toString()))
                        .as("claim of " + story)
                        .hasValueSatisfying(
                                claim -> assertThat(claim.endpoint()).contains(container.endpoint()));
            }
        }
    }
}
