package io.patchbay.core.enginesync;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.engine.Engine;
import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.ipam.Machines;
import io.patchbay.core.record.Definition;
import io.patchbay.core.record.NetworkPlan;
import io.patchbay.core.record.ReplicationBlocker;
import io.patchbay.core.state.Versioned;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * {@code patchbay network create} and {@code rm}. A plain network is made through this host's engine, as a person
 * would, and is shared from there. A swarm network takes its addresses from a config-only network that every node must
 * have: that one is defined, and this host's engine makes the other once. With a driver of global scope the engine
 * makes networks of the swarm only, and these need no other.
 */
public final class NetworkOrders {
    /** How many addresses an answer names. */
    private static final int NAMED = 5;

    private static final String CONFIG = "-config";
    private static final String NO_DRIVER = "null";

    private final Engine engine;
    private final Definitions definitions;
    private final SwarmGateways gateways;
    private final Machines machines;
    private final String driverName;
    private final SyncSettings settings;
    private final Runnable round;
    private final Runnable wake;

    /** {@code round} makes this host have what is defined; {@code wake} has another one come soon. */
    NetworkOrders(
            Engine engine,
            Definitions definitions,
            SwarmGateways gateways,
            Machines machines,
            SyncSettings settings,
            Runnable round,
            Runnable wake) {
        this.engine = engine;
        this.definitions = definitions;
        this.gateways = gateways;
        this.machines = machines;
        this.driverName = settings.driverName();
        this.settings = settings;
        this.round = round;
        this.wake = wake;
    }

    /**
     * Makes what an operator wants, on this host and, as networks are shared, on the others; answers what was done, in
     * a sentence. Not to be called by a thread that answers dockerd. {@code CONFLICT} when the name is taken,
     * {@code INVALID} for an order that contradicts itself.
     */
    public String create(NetworkOrder order) {
        check(order);
        NetworkPlan.Ipam ipam = ipam(order);
        if (!order.swarm()) {
            String id = engine.create(plan(order, NetworkPlan.LOCAL, order.traits(), ipam));
            return "network " + order.name() + " made: " + id + notGiven(id);
        }
        if (settings.globalScope()) {
            NetworkPlan.Traits t = order.traits();
            String id = engine.create(plan(
                    order,
                    NetworkPlan.SWARM,
                    new NetworkPlan.Traits(t.internal(), t.ipv4(), t.ipv6(), true, false, false),
                    ipam));
            return "network " + order.name() + " made for the swarm: " + id;
        }
        gateways.check(order, ipam);
        return createInSwarm(order, ipam);
    }

    /** What of its range its containers are not given, although no claim says so. */
    private String notGiven(String id) {
        SortedMap<IpAddress, String> taken = machines.inRangesOf(id);
        if (taken.isEmpty()) {
            return "";
        }
        List<String> named = taken.entrySet().stream()
                .limit(NAMED)
                .map(e -> e.getKey() + " is " + e.getValue())
                .toList();
        return "; " + taken.size() + " of its range " + (taken.size() == 1 ? "goes" : "go") + " to no container: "
                + String.join(", ", named) + (taken.size() > NAMED ? " and so on" : "");
    }

    /** The docker command that makes the same; empty where that takes more than one. */
    public Optional<String> command(NetworkOrder order) {
        if (order.swarm()) {
            return Optional.empty();
        }
        return Optional.of(DockerCommand.of(plan(order, NetworkPlan.LOCAL, order.traits(), ipam(order))));
    }

    /** Refuses what the engine would refuse in words that do not help, or forget without a word. */
    private void check(NetworkOrder order) {
        String network = "network " + order.name();
        if (!order.swarm()) {
            if (settings.globalScope()) {
                throw new PatchbayException(
                        Kind.INVALID,
                        network + " is to be one of single hosts, and with --scope global there are only those of the"
                                + " swarm; say --swarm");
            }
            return;
        }
        if (settings.globalScope() && !order.aux().isEmpty()) {
            throw new PatchbayException(
                    Kind.INVALID,
                    network + " has --aux-address, which a swarm loses with --scope global; reserve the addresses with"
                            + " patchbay pool reserve");
        }
        if (!settings.globalScope() && !settings.replicate()) {
            throw new PatchbayException(
                    Kind.INVALID,
                    network
                            + " for a swarm needs a config-only network on every node, and the daemon runs without"
                            + " --replicate on");
        }
        if (engine.services().isEmpty()) {
            throw new PatchbayException(
                    Kind.INVALID,
                    network
                            + " is to be one of a swarm, and this host's engine is no manager of one; say it on a"
                            + " manager");
        }
    }

    private NetworkPlan plan(NetworkOrder order, String scope, NetworkPlan.Traits traits, NetworkPlan.Ipam ipam) {
        return new NetworkPlan(
                order.name(), driverName, scope, traits, Optional.empty(), order.options(), ipam, order.labels());
    }

    private NetworkPlan.Ipam ipam(NetworkOrder order) {
        if (order.over().isEmpty()) {
            return new NetworkPlan.Ipam(driverName, order.ipamOptionsWith(Map.of()), order.rows());
        }
        NetworkPlan under = under(order.over().get());
        List<NetworkPlan.Range> rows = under.ipam().ranges().stream()
                .map(r -> new NetworkPlan.Range(r.subnet(), Optional.empty(), r.gateway(), Map.of()))
                .limit(1)
                .toList();
        return new NetworkPlan.Ipam(
                driverName, order.ipamOptionsWith(withoutRange(under.ipam().options())), rows);
    }

    private static Map<String, String> withoutRange(Map<String, String> options) {
        Map<String, String> rest = new java.util.HashMap<>(options);
        rest.keySet().removeIf(k -> k.equalsIgnoreCase("io.patchbay.range"));
        return rest;
    }

    /** The network another lies over; of a swarm network its config-only one, which alone has the addresses. */
    private NetworkPlan under(String name) {
        List<EngineNetwork> listed = engine.networks();
        return listed.stream()
                .filter(n -> n.name().equals(name + CONFIG))
                .findFirst()
                .or(() -> listed.stream().filter(n -> n.name().equals(name)).findFirst())
                .map(EngineNetwork::plan)
                .filter(p -> !p.ipam().ranges().isEmpty())
                .orElseThrow(() -> new PatchbayException(
                        Kind.NOT_FOUND, "this host's engine has no network " + name + " with a subnet to lie over"));
    }

    private String createInSwarm(NetworkOrder order, NetworkPlan.Ipam ipam) {
        String config = order.name() + CONFIG;
        boolean defined = define(configPlan(order, config, ipam));
        try {
            round.run();
            String id = engine.create(swarmPlan(order, config));
            return "network " + order.name() + " made for the swarm: " + id + ", with " + config
                    + " on this host and soon on the others";
        } catch (PatchbayException e) {
            if (e.kind() == Kind.TIMEOUT || e.kind() == Kind.UNAVAILABLE) {
                throw unanswered(order.name(), config, e);
            }
            if (defined) {
                definitions.find(config).ifPresent(definitions::remove);
            }
            throw e;
        }
    }

    /** The network may be there, or come, and would be without addresses if its configuration went. */
    private static PatchbayException unanswered(String name, String config, PatchbayException e) {
        return new PatchbayException(
                e.kind(),
                "it is not known whether the engine has made network " + name + ", so " + config
                        + " stays; look with 'docker network ls', and say the same again or remove the network: "
                        + e.getMessage(),
                e);
    }

    /** With the labels: engines take them from there, and refuse a network that has some beside its configuration. */
    private static NetworkPlan configPlan(NetworkOrder order, String name, NetworkPlan.Ipam ipam) {
        NetworkPlan.Traits t = order.traits();
        return new NetworkPlan(
                name,
                NO_DRIVER,
                NetworkPlan.LOCAL,
                new NetworkPlan.Traits(false, t.ipv4(), t.ipv6(), false, false, true),
                Optional.empty(),
                order.options(),
                new NetworkPlan.Ipam("", ipam.options(), ipam.ranges()),
                order.labels());
    }

    /** Internal is a matter of the network and may not stand in its configuration. */
    private NetworkPlan swarmPlan(NetworkOrder order, String config) {
        return new NetworkPlan(
                order.name(),
                driverName,
                NetworkPlan.SWARM,
                new NetworkPlan.Traits(order.traits().internal(), true, false, true, false, false),
                Optional.of(config),
                Map.of(),
                new NetworkPlan.Ipam("default", Map.of(), List.of()),
                Map.of());
    }

    /** False when it was there already and says the same. */
    private boolean define(NetworkPlan plan) {
        Optional<Versioned<Definition>> known = definitions.find(plan.name());
        if (known.isPresent() && known.get().value().isPresent()) {
            Definition d = known.get().value();
            Optional<String> difference = SharedPlan.difference(plan, d.plan());
            if (difference.isPresent()) {
                throw new PatchbayException(
                        Kind.CONFLICT,
                        "network " + plan.name() + " is defined on host " + d.host() + " already, and differs: "
                                + difference.get());
            }
            return false;
        }
        known.filter(k -> SharedPlan.difference(plan, k.value().plan()).isPresent())
                .flatMap(k -> definitions.blocker(plan.name()))
                .ifPresent(NetworkOrders::refuseBesideTheOld);
        if (!definitions.define(plan, known)) {
            throw new PatchbayException(
                    Kind.CONFLICT, "network " + plan.name() + " was just defined by another host; try again");
        }
        return true;
    }

    /** Tasks of that host would get addresses by the old configuration for as long as its engine keeps it. */
    private static void refuseBesideTheOld(ReplicationBlocker old) {
        throw new PatchbayException(
                Kind.CONFLICT,
                "the " + old.name() + " of before, with other settings, is still on host " + old.host()
                        + "; give the network another name, or the same settings (" + old.reason() + ")");
    }

    /** Removes a network of that name, shared ones everywhere; answers what was done. {@code NOT_FOUND} without one. */
    public String remove(String name) {
        Optional<EngineNetwork> network =
                engine.networks().stream().filter(n -> n.name().equals(name)).findFirst();
        Optional<Versioned<Definition>> half = present(name + CONFIG)
                .filter(d -> d.value().plan().traits().configOnly())
                .filter(d -> network.isEmpty() || isFrom(network.get(), name + CONFIG));
        Optional<Versioned<Definition>> config = half.or(
                () -> present(name).filter(d -> d.value().plan().traits().configOnly()));
        if (network.isEmpty() && config.isEmpty()) {
            throw new PatchbayException(Kind.NOT_FOUND, "there is no network " + name);
        }
        if (half.isPresent() && network.isEmpty() && engine.services().isEmpty()) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "network " + name
                            + " is one of a swarm, and this host's engine is no manager that would know it; say"
                            + " it on a manager, or remove " + name + CONFIG + " if nothing needs it any more");
        }
        network.filter(n -> !n.plan().traits().configOnly()).ifPresent(n -> engine.remove(n.id()));
        config.ifPresent(c -> {
            if (!definitions.remove(c)) {
                throw new PatchbayException(
                        Kind.CONFLICT, "the definition of network " + name + " was just changed; try again");
            }
        });
        wake.run();
        return "network " + name + " removed";
    }

    /** A network of one host may have the name beside which the definition is another's. */
    private static boolean isFrom(EngineNetwork network, String config) {
        return !network.plan().isLocal()
                && network.plan().configFrom().orElse(config).equals(config);
    }

    private Optional<Versioned<Definition>> present(String name) {
        return definitions.find(name).filter(d -> d.value().isPresent());
    }
}
