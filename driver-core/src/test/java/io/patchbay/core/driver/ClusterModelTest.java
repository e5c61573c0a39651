package io.patchbay.core.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.record.Fields;
import io.patchbay.core.store.MemoryStore;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Seeds;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Random histories of three hosts on one store: starts, stops, restarts, crashes of containers, daemons and lines, lost
 * answers, lagging watches, hosts that lose power and are forgotten or not, also as they come. No address has two
 * owners at any time, and nothing is left over in the end. Everything of a history happens in one thread, so a seed
 * repeats it.
 */
final class ClusterModelTest {
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final int HISTORIES = Integer.getInteger("patchbay.histories", 60);

    @Test
    void noAddressHasTwoOwnersWhateverHappens() {
        Seeds.runInParallel(HISTORIES, random -> new History(random).run());
    }

    private static final class History {
        private final RandomGenerator random;
        private final List<ModelHost> hosts = new ArrayList<>();
        private final List<String> log = new ArrayList<>();
        private final World first = World.ofClusterStepByStep(3);
        private final StoreFaults faults;
        private boolean daemonsStay;
        private boolean linesStay;
        private boolean rebuilding;
        private boolean looked;

        History(RandomGenerator random) {
            this.random = random;
            this.faults = new StoreFaults(first.store(), random, log::add);
        }

        void run() {
            try (first;
                    World second = first.neighbour("h2");
                    World third = first.neighbour("h3")) {
                List<World> worlds = List.of(first, second, third);
                worlds.forEach(World::background);
                worlds.forEach(World::background);
                worlds.forEach(world -> hosts.add(new ModelHost(world)));
                hosts.forEach(this::meanwhile);
                first.time.whileWaiting(this::othersLook);
                for (int i = 0; i < 150; i++) {
                    step(hosts.get(random.nextInt(hosts.size())));
                    checkOwners();
                    if (random.nextInt(40) == 0) {
                        anotherHistory();
                        checkOwners();
                    }
                }
                end();
            }
        }

        private void step(ModelHost host) {
            World world = host.world;
            if (!host.on) {
                stepWhileOff(host);
                return;
            }
            switch (random.nextInt(17)) {
                case 0, 1, 2 -> start(host, "");
                case 3 -> startAsTold(host);
                case 4, 5 -> stopOne(host);
                case 6, 7 -> {
                    stopOne(host);
                    start(host, "");
                }
                case 8 -> crashOne(host);
                case 9 -> cut(host);
                case 10 -> {
                    log.add(world.host() + " mended");
                    world.line().mend();
                }
                case 11 -> {
                    log.add(world.host() + " loses an answer");
                    world.line().loseAnswers(1);
                }
                case 12 -> killDaemon(host);
                case 13 -> pass(Duration.ofSeconds(random.nextInt(90)));
                case 14 -> losePower(host);
                default -> {
                    log.add(world.host() + " background");
                    host.background();
                }
            }
        }

        private void cut(ModelHost host) {
            if (!isRebuilding() || !linesStay) {
                log.add(host.world.host() + " cut");
                host.world.line().cut();
            }
        }

        private void killDaemon(ModelHost host) {
            if (!host.isMisled() && (!isRebuilding() || !daemonsStay)) {
                log.add(host.world.host() + "'s daemon killed");
                host.world.restartDaemon();
                meanwhile(host);
            }
        }

        private void pass(Duration time) {
            log.add(time + " pass");
            Duration left = time;
            // who is reached looks all the while
            while (isRebuilding() && left.compareTo(LOOK) > 0) {
                everybodyLooks();
                first.time.pass(LOOK);
                left = left.minus(LOOK);
            }
            first.time.pass(left);
        }

        /**
         * The store loses what it has, or a part. What a host knows alone can be lost with it, so somebody is connected
         * then, and who is has heard of the others' claims before. Until it is all there again no daemon that knows it
         * ends while the line of one whose it is is cut, and no line is cut that was not while one is.
         */
        private void anotherHistory() {
            everybodyLooks();
            if (isRebuilding() || hosts.stream().noneMatch(h -> h.on && !h.world.isAway())) {
                return;
            }
            boolean anyCut = hosts.stream().anyMatch(h -> h.on && h.world.line().isCut());
            faults.backUp();
            rebuilding = true;
            faults.happen();
            looked = false;
            daemonsStay = anyCut || random.nextBoolean();
            linesStay = anyCut || !daemonsStay;
        }

        private static void connect(ModelHost host) {
            host.world.line().mend();
            host.world.line().loseAnswers(0);
            host.world.line().meanwhile(() -> {});
        }

        private void everybodyLooks() {
            List<ModelHost> inTurn = new ArrayList<>(hosts);
            Collections.rotate(inTurn, random.nextInt(hosts.size()));
            for (int i = 0; i < 4; i++) {
                inTurn.stream().filter(h -> h.on).forEach(ModelHost::background);
            }
            looked = true;
        }

        /** Somebody waits for others, each of whom hears of it or does not. */
        private void othersLook() {
            hosts.stream().filter(h -> h.on && random.nextBoolean()).forEach(ModelHost::background);
        }

        private MemoryStore store() {
            return hosts.get(0).world.store();
        }

        /** Whether some host has not put back yet what it knows. */
        private boolean isRebuilding() {
            rebuilding &= !looked || hosts.stream().anyMatch(h -> h.on && (h.world.isAway() || !knowsHistory(h)));
            return rebuilding;
        }

        private boolean knowsHistory(ModelHost host) {
            Optional<Value> mark = store().get("history").map(e -> e.value());
            Optional<Value> known =
                    host.world.onDisk("history").map(e -> Value.of(Fields.of(e).text("mark")));
            return known.equals(mark);
        }

        private void losePower(ModelHost host) {
            if (isRebuilding() && daemonsStay) {
                return;
            }
            log.add(host.world.host() + " loses power");
            host.on = false;
            host.world.stopDaemon();
            host.running.forEach(container -> host.world.links.destroySandbox(container.hostEnd()));
            host.running.clear();
        }

        /** Somebody has it forgotten, or not, and it comes back with what its disk remembers. */
        private void stepWhileOff(ModelHost host) {
            if (random.nextBoolean()) {
                ModelHost other = hosts.get(random.nextInt(hosts.size()));
                if (other.on) {
                    forget(other, host.world.host());
                }
            } else if (!isRebuilding() || linesStay) {
                powerOn(host);
            }
        }

        private void forget(ModelHost by, String dead) {
            try {
                by.background();
                pass(Duration.ofSeconds(5));
                log.add(by.world.host() + " forgets "
                        + by.world.driver().cluster().forget(dead));
            } catch (PatchbayException e) {
                log.add(by.world.host() + " does not forget " + dead + ": " + e.getMessage());
            }
        }

        private void powerOn(ModelHost host) {
            log.add(host.world.host() + " comes back");
            Optional<ModelHost> by =
                    hosts.stream().filter(h -> h.on && random.nextInt(6) == 0).findFirst();
            host.start(() -> by.ifPresent(other -> forget(other, host.world.host())));
            meanwhile(host);
        }

        /** Containers end and start while what the host has done alone is on its way to the store. */
        private void meanwhile(ModelHost host) {
            host.world.line().meanwhile(() -> {
                if (host.world.isAway() && random.nextInt(4) == 0) {
                    log.add(host.world.host() + " meanwhile");
                    if (random.nextBoolean()) {
                        stopOne(host);
                    }
                    if (random.nextBoolean()) {
                        start(host, "");
                    }
                    if (random.nextBoolean() && (!isRebuilding() || !linesStay)) {
                        log.add(host.world.host() + " cut before the answer");
                        host.world.line().loseAnswers(1);
                        host.world.line().cut();
                    }
                }
            });
        }

        /** With an address or a MAC of its own, of which there are few. */
        private void startAsTold(ModelHost host) {
            if (random.nextBoolean()) {
                start(host, "10.77.0." + (1 + random.nextInt(20)));
            } else {
                start(host, "", Optional.of(new MacAddress(0x02_11_22_33_44_00L | random.nextInt(3))));
            }
        }

        private void start(ModelHost host, String wanted) {
            start(host, wanted, Optional.empty());
        }

        private void start(ModelHost host, String wanted, Optional<MacAddress> mac) {
            if (host.running.size() >= 5) {
                return;
            }
            try {
                Container container = host.world.run(host.network, wanted, mac);
                host.running.add(container);
                mac.ifPresent(given -> host.given.put(container.endpoint(), given));
                log.add(host.world.host() + " runs " + container.ip()
                        + mac.map(m -> " with " + m).orElse(""));
            } catch (PatchbayException e) {
                log.add(host.world.host() + " does not run \"" + wanted + "\": " + e.getMessage());
                boolean expected = isRefusal(e.kind()) || (isOfUnknownNetwork(e.kind()) && !host.isNetworkRecorded());
                assertThat(expected)
                        .as(() -> e.kind() + ": " + e.getMessage() + " after\n" + String.join("\n", log))
                        .isTrue();
            }
        }

        private static boolean isRefusal(Kind kind) {
            return kind == Kind.UNAVAILABLE || kind == Kind.CONFLICT || kind == Kind.EXHAUSTED;
        }

        private static boolean isOfUnknownNetwork(Kind kind) {
            return kind == Kind.NOT_FOUND || kind == Kind.INVALID;
        }

        /** dockerd ignores every failure of a stop and never repeats it. */
        private void stopOne(ModelHost host) {
            if (host.running.isEmpty()) {
                return;
            }
            Container container = host.running.remove(random.nextInt(host.running.size()));
            log.add(host.world.host() + " stops " + container.ip());
            stop(host, container);
        }

        /** Without Leave, whose work in the background would have to be waited for. */
        private static void stop(ModelHost host, Container container) {
            host.world.driver().network().deleteEndpoint(host.network.id(), container.endpoint());
            host.world.ipam().releaseAddress(host.network.poolId(), container.ip());
        }

        /** The container's namespace is gone and nobody tells. */
        private void crashOne(ModelHost host) {
            if (!host.running.isEmpty()) {
                Container container = host.running.remove(random.nextInt(host.running.size()));
                log.add(host.world.host() + " loses " + container.ip());
                host.world.links.destroySandbox(container.hostEnd());
            }
        }

        private void checkOwners() {
            Map<IpAddress, String> owners = new HashMap<>();
            Map<MacAddress, String> stations = new HashMap<>();
            for (ModelHost host : hosts) {
                List<String> links = host.world.ourLinks();
                for (Container container : host.running) {
                    String other = owners.put(container.ip(), host.world.host());
                    assertThat(other)
                            .as(() -> container.ip() + " has two owners after\n" + String.join("\n", log))
                            .isNull();
                    assertThat(links)
                            .as(() -> "link of " + container.ip() + " on " + host.world.host() + " after\n"
                                    + String.join("\n", log))
                            .contains(container.hostEnd());
                    Optional.ofNullable(host.given.get(container.endpoint()))
                            .ifPresent(mac -> assertThat(stations.put(mac, host.world.host()))
                                    .as(() -> mac + " has two stations after\n" + String.join("\n", log))
                                    .isNull());
                }
            }
        }

        private void end() {
            hosts.stream().filter(host -> !host.on).forEach(this::powerOn);
            hosts.forEach(History::connect);
            settle();
            Map<String, String> bound = new HashMap<>();
            for (ClaimView claim : hosts.get(0).world.driver().inspection().claims()) {
                if (claim.state().equals("bound") && claim.kind().equals("endpoint")) {
                    bound.put(claim.address(), claim.host().orElseThrow());
                }
            }
            Map<String, String> wanted = new HashMap<>();
            hosts.forEach(h -> h.running.forEach(c -> wanted.put(c.ip().toString(), h.world.host())));
            assertThat(bound)
                    .as(() -> "claims after\n" + String.join("\n", log))
                    .isEqualTo(wanted);
            for (ModelHost host : hosts) {
                host.running.forEach(c -> stop(host, c));
                host.world.removeNetwork(host.network);
            }
            settle();
            for (ModelHost host : hosts) {
                assertThat(host.world.ourLinks())
                        .as(() -> String.join("\n", log))
                        .isEmpty();
                assertThat(host.world.driver().inspection().claims())
                        .as(() -> "claims at the end, after\n" + String.join("\n", log))
                        .isEmpty();
                assertThat(host.world.driver().inspection().endpoints()).isEmpty();
                assertThat(host.world.driver().inspection().networks()).isEmpty();
                assertThat(host.world.driver().inspection().pools()).isEmpty();
            }
            assertThat(hosts.get(0).world.store().list("macs/").entries())
                    .as(() -> "MAC addresses at the end, after\n" + String.join("\n", log))
                    .isEmpty();
        }

        /** Contact is regained, and everything left behind becomes overdue. */
        private void settle() {
            for (int round = 0; round < 6; round++) {
                hosts.forEach(ModelHost::background);
                hosts.forEach(h -> h.world.driver().reconcile());
                pass(Duration.ofMinutes(3));
            }
            hosts.forEach(ModelHost::background);
        }
    }
}
