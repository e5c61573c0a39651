package io.patchbay.core.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.inspect.Inspection.EndpointView;
import io.patchbay.core.inspect.Inspection.NetworkView;
import io.patchbay.core.record.NetworkPlan;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Lans;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Two hosts that share a network, each with a container on it, and what dockerd has begun on the first; then whether
 * all who know something of it agree.
 */
final class Scene implements AutoCloseable {
    static final NetworkPlan MORE = Lans.lan("more", "10.78.0.0/24");

    static final NetworkPlan INSIDE = with(Lans.lan("inside", "10.79.0.0/24"), NetworkPlan.LOCAL, true);
    static final NetworkPlan OF_SWARM = with(Lans.lan("tasks", "10.80.0.0/24"), NetworkPlan.SWARM, false);

    final World h1 = World.ofClusterStepByStep(2);
    final World h2 = h1.neighbour("h2");
    /** What runs, as the engines see it. */
    final Map<World, List<Container>> running = new HashMap<>(Map.of(h1, new ArrayList<>(), h2, new ArrayList<>()));

    Cidr address = Cidr.parse("10.77.0.1/24");
    String endpoint = "";
    String source = "";
    String more = "";
    /** What ran on the second host when it was lost. */
    List<Container> lost = List.of();

    Scene() {
        h1.time.whileWaiting(() -> on().forEach(World::background));
        background();
        h1.engine.create(Lans.routed());
        share();
        run(h1);
        run(h2);
        background();
    }

    private static NetworkPlan with(NetworkPlan plan, String scope, boolean internal) {
        return new NetworkPlan(
                plan.name(),
                plan.driver(),
                scope,
                new NetworkPlan.Traits(internal, true, false, false, false, false),
                plan.configFrom(),
                plan.options(),
                plan.ipam(),
                plan.labels());
    }

    private void run(World host) {
        runningOn(host).add(host.run("lan", "c" + host.host()));
    }

    Network lan() {
        return (Network) h1.engine.made("lan");
    }

    /** The container that dockerd was starting runs. */
    void started() {
        h1.links.moveToSandbox(source);
        runningOn(h1).add(new Container(lan(), endpoint, address, source));
        h1.engine.attach("lan", endpoint, "started");
    }

    /** A container more that runs, which dockerd is about to stop. */
    void startHalf() {
        Container half = h1.run(lan());
        address = half.address();
        endpoint = half.endpoint();
        source = half.source();
        background();
    }

    /** Its namespace ends, whoever else knows. */
    void destroySandbox() {
        String hostEnd = source.substring(0, source.length() - 1);
        if (h1.ourLinks().contains(hostEnd)) {
            h1.links.destroySandbox(hostEnd);
        }
    }

    private List<Container> runningOn(World host) {
        return Objects.requireNonNull(running.get(host));
    }

    private List<World> on() {
        return List.copyOf(running.keySet());
    }

    void background() {
        for (int i = 0; i < 2; i++) {
            on().forEach(World::background);
        }
    }

    /** What one engine has the other has, too. */
    void share() {
        for (int i = 0; i < 2; i++) {
            h1.time.pass(Duration.ofMinutes(1));
            on().forEach(World::engineRound);
            background();
        }
    }

    /** Enough of everything that goes on by itself, with so much time between that all that was left behind is due. */
    void settle() {
        for (int i = 0; i < 5; i++) {
            background();
            on().forEach(host -> host.driver().reconcile());
            on().forEach(World::engineRound);
            h1.time.pass(Duration.ofMinutes(2));
        }
        background();
    }

    /** The first host's daemon is started again, and goes on without those who do not answer. */
    void restart() {
        h1.restartDaemon();
        h1.time.pass(Duration.ofSeconds(5));
        background();
    }

    /** Host h2 is off the store, as h1 sees it. */
    void loseH2() {
        h2.stopDaemon();
        lost = runningOn(h2);
        running.remove(h2);
        h1.store().expireLeases();
        background();
        h1.driver().cluster().tick();
        background();
    }

    /** It is there again, with its container, whose namespace has stayed. */
    void h2Returns(List<Container> its) {
        h2.restartDaemon();
        running.put(h2, new ArrayList<>(its));
    }

    /** Store, kernels and engines have the same. */
    void requireAgreement() {
        Map<String, String> wanted = new HashMap<>();
        for (World host : on()) {
            List<Container> its = runningOn(host);
            its.forEach(c -> wanted.put(c.ip().toString(), host.host() + " " + c.endpoint()));
            assertThat(host.ourLinks())
                    .as("links of " + host.host())
                    .containsExactlyInAnyOrderElementsOf(
                            its.stream().map(Container::hostEnd).toList());
            assertThat(endpointsOf(host))
                    .as("endpoints of " + host.host())
                    .isEqualTo(its.stream().map(Container::endpoint).collect(Collectors.toSet()));
            assertThat(networksOf(host)).as("networks of " + host.host()).isEqualTo(engineNetworksOf(host));
            assertThat(host.isAway()).as(host.host() + " is away").isFalse();
        }
        assertThat(bound()).isEqualTo(wanted);
        assertThat(unfinished()).isEmpty();
    }

    private static Set<String> endpointsOf(World host) {
        return host.driver().inspection().endpoints().stream()
                .filter(e -> e.host().equals(host.host()))
                .map(EndpointView::id)
                .collect(Collectors.toSet());
    }

    private static Set<String> networksOf(World host) {
        return host.driver().inspection().networks().stream()
                .filter(n -> n.host().equals(host.host()))
                .map(NetworkView::id)
                .collect(Collectors.toSet());
    }

    private static Set<String> engineNetworksOf(World host) {
        return new HashSet<>(host.engine.networks().stream().map(n -> n.id()).toList());
    }

    private List<ClaimView> claims() {
        return h1.driver().inspection().claims();
    }

    private Map<String, String> bound() {
        return claims().stream()
                .filter(c -> c.kind().equals("endpoint") && c.endpoint().isPresent())
                .collect(Collectors.toMap(
                        ClaimView::address,
                        c -> c.host().orElseThrow() + " " + c.endpoint().orElseThrow()));
    }

    /** Claims on their way to something that nobody waits for. */
    private List<ClaimView> unfinished() {
        return claims().stream()
                .filter(c -> c.kind().equals("endpoint")
                        && c.endpoint().isEmpty()
                        && !c.state().equals("spare"))
                .toList();
    }

    /** Everything is removed, and nothing is left of it anywhere. */
    void end() {
        for (World host : on()) {
            runningOn(host).forEach(host::stop);
            runningOn(host).clear();
            host.engine
                    .networks()
                    .forEach(n -> host.engine
                            .containersOf(n.id())
                            .forEach(c -> host.engine.removeContainer(n.plan().name(), c)));
        }
        h1.engine.networks().forEach(n -> h1.engine.remove(n.id()));
        settle();
        for (World host : on()) {
            assertThat(host.ourLinks()).as("links at the end").isEmpty();
            assertThat(host.engine.networks()).as("networks at the end").isEmpty();
        }
        assertThat(claims()).as("claims at the end").isEmpty();
        assertThat(h1.store().list("").entries().stream()
                        .map(e -> e.key().split("/", 2)[0])
                        .filter(kind -> !Set.of("hosts", "alive", "history", "calls", "schema", "rebuild")
                                .contains(kind)))
                .as("records at the end")
                .isEmpty();
    }

    @Override
    public void close() {
        on().forEach(World::close);
    }
}
