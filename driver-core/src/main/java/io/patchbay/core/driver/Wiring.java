package io.patchbay.core.driver;

import io.patchbay.core.cluster.Cluster;
import io.patchbay.core.conflict.ConflictFindings;
import io.patchbay.core.conflict.Conflicts;
import io.patchbay.core.conflict.DhcpServers;
import io.patchbay.core.conflict.Listening;
import io.patchbay.core.endpoint.Announcer;
import io.patchbay.core.endpoint.Endpoints;
import io.patchbay.core.endpoint.HostEnds;
import io.patchbay.core.enginesync.NetworkProposals;
import io.patchbay.core.fsck.Fsck;
import io.patchbay.core.fsck.FsckParts;
import io.patchbay.core.inspect.ConflictViews;
import io.patchbay.core.inspect.Doctor;
import io.patchbay.core.inspect.Events;
import io.patchbay.core.inspect.Findings;
import io.patchbay.core.inspect.Inspected;
import io.patchbay.core.inspect.StayKeeper;
import io.patchbay.core.inspect.StoreAccess;
import io.patchbay.core.inspect.Views;
import io.patchbay.core.ipam.Claims;
import io.patchbay.core.ipam.EndpointLiveness;
import io.patchbay.core.ipam.Ipam;
import io.patchbay.core.ipam.Lan;
import io.patchbay.core.ipam.MacClaims;
import io.patchbay.core.ipam.Machines;
import io.patchbay.core.ipam.SwarmNetworks;
import io.patchbay.core.network.BridgeFirewall;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.network.Networks;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.repair.Reconciler;
import io.patchbay.core.state.Contact;
import io.patchbay.core.state.Self;
import io.patchbay.core.state.State;
import io.patchbay.core.time.TimeSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/** The parts of the driver and who knows whom; makes them all and begins none. */
final class Wiring {
    final State state;
    final Announcer announcer;
    final Claims claims;
    final SwarmNetworks swarm;
    final Ipam ipam;
    final BridgeFirewall firewall;
    final Networks networks;
    final Endpoints endpoints;
    final HostEnds hostEnds;
    final Reconciler reconciler;
    final Cluster cluster;
    final Listening listening;
    final Events events;
    final StayKeeper stays;
    final Findings findings;
    final Views views;
    final Fsck fsck;
    final NetworkProposals proposals;

    Wiring(
            DriverSettings settings,
            DriverPorts ports,
            TimeSource time,
            RandomGenerator random,
            ScheduledExecutorService executor) {
        String host = settings.host();
        Self self = new Self(host, settings.self().machine());
        state = ports.disk()
                .map(disk -> new State(ports.store(), disk, self, ports.patience(), executor, time))
                .orElseGet(() -> new State(ports.store(), executor));
        announcer = new Announcer(ports.links(), time, this::isStillOurs, executor);
        Lan lan = new Lan(ports.links(), network -> NetworkOptions.probes(network.options(), settings.probe()));
        claims = new Claims(
                state,
                host,
                new Machines(state, host, ports.links(), settings.storeAddresses(), time),
                lan,
                time,
                liveness(),
                reserve(settings, ports),
                executor);
        swarm = new SwarmNetworks(state, time, settings.globalScope(), claims);
        ipam = new Ipam(state, host, time, random, settings.autoPools(), ports.links(), claims, swarm);
        firewall = new BridgeFirewall(state, host, ports.forwarding(), settings.fixForwarding());
        networks = new Networks(
                state,
                host,
                settings.defaultBridge(),
                ports.links(),
                firewall,
                ipam.gateways(),
                claims.machines(),
                time);
        endpoints = new Endpoints(
                state,
                host,
                networks,
                claims,
                new MacClaims(state, host, time, liveness()),
                ports.links(),
                announcer,
                time,
                executor);
        hostEnds = new HostEnds(networks, endpoints, ports.links(), announcer);
        Reconciler.Times times = new Reconciler.Times(settings.hold(), settings.grace());
        reconciler = new Reconciler(state, host, networks, endpoints, ports.links(), time, times);
        cluster = new Cluster(
                state,
                ports.store(),
                host,
                settings.self(),
                settings.defaultBridge(),
                ports.links(),
                time,
                ports.formerDisk());
        Doctor doctor = new Doctor(
                ports.links(),
                firewall::status,
                () -> Doctor.look(ports.store().description(), ports.store().health(), state.contact()));
        Conflicts conflicts = new Conflicts(state, host, ports.links(), claims.formerMacs(), time, executor);
        DhcpServers servers = new DhcpServers(state, time);
        listening = new Listening(state, host, lan, claims, conflicts, servers, executor);
        events = new Events(state, host, time);
        events.follow(reconciler, conflicts);
        stays = new StayKeeper(state, cluster.watch(), host, time, settings.stays());
        stays.follow();
        Inspected inspected = new Inspected(
                state,
                host,
                ports.links(),
                claims,
                reconciler,
                announcer,
                cluster,
                new ConflictViews(conflicts, servers, host));
        findings = new Findings(inspected, doctor, settings.defaultBridge(), time);
        findings.add(hostEnds::findings);
        findings.add(() -> StoreAccess.findings(ports.store().health()));
        findings.add(new ConflictFindings(listening, conflicts, servers)::all);
        views = new Views(inspected, findings, events, ports.store()::health);
        FsckParts compared = new FsckParts(
                state, host, ports.links(), claims, ipam, networks, endpoints, hostEnds, cluster, reconciler);
        fsck = new Fsck(compared, views, time, settings.grace());
        findings.add(fsck::findings);
        proposals = new NetworkProposals(state, ports.links(), claims.machines(), settings.defaultBridge());
    }

    /**
     * A node's address is its leader's to allocate, so that one claimed beforehand would serve nobody; a store of this
     * host's own is never away.
     */
    private static int reserve(DriverSettings settings, DriverPorts ports) {
        return settings.globalScope() || ports.disk().isEmpty() ? 0 : settings.reserve();
    }

    /** Claims and endpoints need each other: who has an address is up to whether the endpoint lives. */
    private EndpointLiveness liveness() {
        return endpoint -> endpoints().endIfStale(endpoint);
    }

    /** Asks the store; while that is away nobody can say so. */
    private boolean isStillOurs(EndpointRecord endpoint) {
        return state.contact().map(Contact::isOnline).orElse(true) && endpoints.reclaim(endpoint);
    }

    private Endpoints endpoints() {
        return endpoints;
    }
}
