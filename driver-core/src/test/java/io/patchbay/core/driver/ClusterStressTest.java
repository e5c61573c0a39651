package io.patchbay.core.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.Seeds;
import io.patchbay.core.testkit.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Three hosts on one store that start and stop containers from several threads while their lines are cut and mended:
 * nobody waits for ever, and no address has two owners. What {@link ClusterModelTest} decides in one thread, with the
 * locks that keep real threads apart.
 */
final class ClusterStressTest {
    private static final NetworkPlan LAN = NetworkPlan.of("10.77.0.0/27").withGateway("10.77.0.30");
    private static final NetworkPlan OTHER = NetworkPlan.of("10.78.0.0/27").withGateway("10.78.0.30");
    private static final int THREADS = 3;
    private static final int ROUNDS = Integer.getInteger("patchbay.stress.rounds", 150);
    private static final Executor THREAD_EACH = task -> new Thread(task, "stress").start();

    private volatile boolean over;
    private final Map<IpAddress, String> owners = new ConcurrentHashMap<>();

    /** In a thread of its own, which can be left alone when it waits for ever. */
    @Test
    @Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noAddressHasTwoOwnersAndNobodyWaitsForEver() {
        Seeds.run(1, this::run);
    }

    private void run(RandomGenerator random) {
        World first = World.ofCluster(3);
        try (first;
                World second = first.neighbour("h2");
                World third = first.neighbour("h3")) {
            List<CompletableFuture<Void>> containers = new ArrayList<>();
            List<CompletableFuture<Void>> around = new ArrayList<>();
            for (World world : List.of(first, second, third)) {
                Network network = world.createNetwork(LAN);
                for (int i = 0; i < THREADS; i++) {
                    RandomGenerator own = new Random(random.nextLong());
                    containers.add(CompletableFuture.runAsync(() -> containers(world, network, own), THREAD_EACH));
                }
                RandomGenerator own = new Random(random.nextLong());
                around.add(CompletableFuture.runAsync(() -> line(world, own), THREAD_EACH));
                around.add(CompletableFuture.runAsync(() -> housekeeping(world), THREAD_EACH));
            }
            try {
                containers.forEach(CompletableFuture::join);
            } finally {
                over = true;
                around.forEach(CompletableFuture::join);
            }
        }
    }

    private void containers(World world, Network network, RandomGenerator random) {
        List<Container> running = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            if (running.size() < 2) {
                running.add(start(world, network));
            } else {
                Container ends = running.remove(random.nextInt(running.size()));
                assertThat(owners.remove(ends.ip(), world.host())).isTrue();
                world.stop(ends);
            }
        }
    }

    /** Whoever finds no address on a host that is alone tries again when it is no longer. */
    private Container start(World world, Network network) {
        while (true) {
            try {
                Container container = world.run(network);
                assertThat(owners.putIfAbsent(container.ip(), world.host()))
                        .as("another owner of %s, which %s has", container.ip(), world.host())
                        .isNull();
                return container;
            } catch (PatchbayException e) {
                assertThat(e.kind()).isEqualTo(PatchbayException.Kind.UNAVAILABLE);
                Await.until("contact", () -> !world.isAway());
            }
        }
    }

    private void line(World world, RandomGenerator random) {
        while (!over) {
            pause(random);
            if (random.nextBoolean()) {
                world.line().loseAnswers(1);
                pause(random);
            }
            world.line().cut();
            pause(random);
            world.line().mend();
            Await.until("contact", () -> !world.isAway());
        }
    }

    /** What goes on beside the containers: networks come and go, the reconciler runs, somebody looks. */
    private void housekeeping(World world) {
        while (!over) {
            unlessAway(() -> world.removeNetwork(world.createNetwork(OTHER)));
            unlessAway(world.driver()::reconcile);
            assertThat(world.driver().inspection().claims()).isNotNull();
        }
    }

    private static void unlessAway(Runnable work) {
        try {
            work.run();
        } catch (PatchbayException e) {
            assertThat(e.kind()).isEqualTo(PatchbayException.Kind.UNAVAILABLE);
        }
    }

    private static void pause(RandomGenerator random) {
        LockSupport.parkNanos(random.nextInt(30_000_000));
    }
}
