package io.patchbay.core.network;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.NetworkDriver;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The networks of this host: what dockerd made once and never repeats. */
public final class Networks {
    private static final Logger LOG = LoggerFactory.getLogger(Networks.class);
    private static final Duration JUST_ASKED = Duration.ofSeconds(30);
    private static final Pattern ID = Pattern.compile("[0-9a-z]{12,64}");

    private final State state;
    private final String host;
    private final String defaultBridge;
    private final Links links;
    private final Forwarding forwarding;
    private final boolean fixForwarding;
    private final TimeSource time;
    /** Bridges of which iptables saw nothing when they were last looked at. */
    private final Set<String> unfiltered = ConcurrentHashMap.newKeySet();

    public Networks(State state, NetworkSettings settings, Links links, Forwarding forwarding, TimeSource time) {
        this.state = state;
        this.host = settings.host();
        this.defaultBridge = settings.defaultBridge();
        this.links = links;
        this.forwarding = forwarding;
        this.fixForwarding = settings.fixForwarding();
        this.time = time;
    }

    /**
     * What is set for this host.
     *
     * @param defaultBridge of networks that name none
     * @param fixForwarding put the accepting rule where br_netfilter and FORWARD would drop the LAN's frames
     */
    public record NetworkSettings(String host, String defaultBridge, boolean fixForwarding) {}

    /** See {@link NetworkDriver#createNetwork}. */
    public void create(NetworkRequest request) {
        checkId(request.networkId());
        NetworkOptions options = NetworkOptions.parse(request.settings().options());
        boolean own = request.settings().internal() && options.bridge().isEmpty();
        String bridge = own
                ? ownBridge(request.networkId())
                : findBridge(options.bridge().orElse(defaultBridge));
        checkRoutes(options, request.ipam());
        if (own) {
            ensureOwnBridge(bridge, request.networkId(), options);
        } else {
            letThrough(bridge);
        }
        state.settle("network " + request.networkId(), () -> record(request, bridge, own));
        LOG.info(
                "network created network={} bridge={} internal={}",
                request.networkId(),
                bridge,
                request.settings().internal());
    }

    private static void checkId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new PatchbayException(
                    Kind.INVALID, "network id \"" + id + "\" is not 12 to 64 lower-case letters and digits");
        }
    }

    /** The bridge itself, or the one whose port the named link is: who comes from macvlan says {@code parent=eth0}. */
    private String findBridge(String name) {
        Link link = links.find(name)
                .orElseThrow(() -> new PatchbayException(
                        Kind.NOT_FOUND,
                        "bridge " + name + " does not exist on host " + host
                                + "; make it with the LAN's NIC as a port, or name another with -o "
                                + NetworkOptions.BRIDGE + "=NAME"));
        if (link.isBridge()) {
            return name;
        }
        if (link.master().isPresent()) {
            int index = link.master().getAsInt();
            Optional<Link> master = links.list().stream()
                    .filter(l -> l.index() == index && l.isBridge())
                    .findFirst();
            if (master.isPresent()) {
                return master.get().name();
            }
        }
        throw new PatchbayException(
                Kind.INVALID,
                "link " + name + " on host " + host
                        + " is neither a bridge nor a port of one; put it into a bridge first (patchbay doctor says"
                        + " how)");
    }

    /** A next hop must be a neighbour, or dockerd cannot set the route and the container does not start. */
    private static void checkRoutes(NetworkOptions options, List<IpamData> ipam) {
        for (NetworkDriver.StaticRoute route : options.routes()) {
            route.nextHop().ifPresent(hop -> {
                boolean neighbour = ipam.stream().anyMatch(data -> data.subnet().contains(hop))
                        || options.routes().stream()
                                .anyMatch(r ->
                                        r.nextHop().isEmpty() && r.destination().contains(hop));
                if (!neighbour) {
                    throw new PatchbayException(
                            Kind.INVALID,
                            "option " + NetworkOptions.ROUTES + ": next hop " + hop
                                    + " lies in no subnet of the network");
                }
            });
        }
    }

    private static String ownBridge(String networkId) {
        return Links.PREFIX + networkId.substring(0, 12);
    }

    private void ensureOwnBridge(String bridge, String networkId, NetworkOptions options) {
        MacAddress mac = Macs.ofBridge(networkId);
        links.ensureBridge(new BridgeSpec(bridge, mac, options.mtu(), Optional.of("patchbay-network:" + networkId)));
    }

    /** The bridge of a network is there when an endpoint joins; one of our own is made again after a boot. */
    public void ensureBridge(NetworkRecord network) {
        if (network.ownBridge()) {
            ensureOwnBridge(network.bridge(), network.id(), NetworkOptions.parse(network.options()));
        }
    }

    /**
     * A firewall that drops what is bridged makes a network look half alive; said, and mended if allowed. The rule is also put where the policy still accepts:
     * dockerd sets it to DROP when it starts, and then the containers of a boot are up before the next look.
     */
    private synchronized void letThrough(String bridge) {
        Forwarding.Status status = forwarding.status(bridge);
        if (status.state() == Forwarding.State.NOT_FILTERED) {
            unfiltered.add(bridge);
            return;
        }
        unfiltered.remove(bridge);
        if (!fixForwarding) {
            if (status.state() == Forwarding.State.DROPPED) {
                LOG.warn("firewall drops bridged frames bridge={} evidence=\"{}\"", bridge, status.detail());
            }
            return;
        }
        try {
            forwarding.allow(bridge);
            LOG.debug("firewall rule is there bridge={} evidence=\"{}\"", bridge, status.detail());
        } catch (PatchbayException e) {
            LOG.warn("firewall rule not added bridge={} reason=\"{}\"", bridge, e.getMessage());
        }
    }

    /**
     * Looks again where nothing was filtered. dockerd turns br_netfilter on when it makes a bridge whose containers may not reach each other, as docker_gwbridge a moment after a
     * node has joined a swarm (moby: bridge/setup_bridgenetfiltering.go). Cheap as long as nothing changes.
     */
    public void lookForFilter() {
        bridges().stream().filter(unfiltered::contains).forEach(this::letThrough);
    }

    /** Looks at the firewall for the bridges of all networks of this host. */
    public void letAllThrough() {
        bridges().forEach(this::letThrough);
    }

    /** Those of others: on one of our own nothing from the LAN passes. */
    private Set<String> bridges() {
        Set<String> bridges = new HashSet<>();
        all().stream().filter(n -> !n.ownBridge()).forEach(n -> bridges.add(n.bridge()));
        return bridges;
    }

    private Optional<Boolean> record(NetworkRequest request, String bridge, boolean own) {
        String key = Keys.network(host, request.networkId());
        Transaction.Builder transaction = Transaction.builder();
        transaction.ifRevision(key, state.networks().revision(key));
        Optional<NetworkRecord> before = find(request.networkId());
        List<NetworkSubnet> subnets = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (IpamData data : request.ipam()) {
            if (data.subnet().prefixLength() == 0) {
                continue;
            }
            subnets.add(subnet(request.networkId(), data, taken, transaction));
        }
        NetworkRecord record = new NetworkRecord(
                request.networkId(),
                host,
                bridge,
                own,
                request.settings().internal(),
                request.settings().options(),
                subnets,
                before.flatMap(NetworkRecord::name),
                before.flatMap(NetworkRecord::generation),
                time.now(),
                Map.of());
        transaction.put(key, state.networks().encode(record));
        return state.commit(transaction.build()) ? Optional.of(true) : Optional.empty();
    }

    /** Ties the network to the user that its RequestPool made; CreateNetwork says the subnet but not the PoolID. */
    private NetworkSubnet subnet(String networkId, IpamData data, Set<String> taken, Transaction.Builder transaction) {
        if (data.space().equals(IpamDriver.GLOBAL_SPACE)) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "network " + networkId
                            + " is none of a swarm's, and Patchbay of scope global serves only those; use scope local"
                            + " for networks of single hosts");
        }
        if (!data.space().equals(IpamDriver.LOCAL_SPACE)) {
            LOG.warn(
                    "addresses come from another IPAM driver, which knows nothing of other hosts; give --ipam-driver"
                            + " patchbay network={} subnet={}",
                    networkId,
                    data.subnet());
            return new NetworkSubnet(data.subnet(), data.gateway(), Optional.empty(), Optional.empty());
        }
        Optional<Versioned<PoolUser>> user = state.users().list("pools/").stream()
                .filter(u -> u.value().host().equals(host)
                        && !u.value().leaving()
                        && u.value().pool().subnet().equals(data.subnet()))
                .filter(u -> u.value().network().isEmpty()
                        || u.value().network().get().equals(networkId))
                .filter(u -> !taken.contains(Keys.user(u.value())))
                .max((a, b) -> Integer.compare(fit(a, networkId, data), fit(b, networkId, data)) != 0
                        ? Integer.compare(fit(a, networkId, data), fit(b, networkId, data))
                        : Long.compare(a.revision(), b.revision()));
        if (user.isEmpty()) {
            return new NetworkSubnet(data.subnet(), data.gateway(), Optional.empty(), Optional.empty());
        }
        PoolUser tied = user.get().value().withNetwork(networkId);
        String key = Keys.user(tied);
        taken.add(key);
        replaced(tied, networkId).forEach(old -> forget(old, transaction));
        transaction
                .ifRevision(key, user.get().revision())
                .put(key, state.users().encode(tied));
        return new NetworkSubnet(data.subnet(), data.gateway(), Optional.of(tied.pool()), Optional.of(tied.id()));
    }

    /** Users that this network had before: a swarm node whose engine was killed makes pool and network anew, and releases nothing. */
    private List<Versioned<PoolUser>> replaced(PoolUser tied, String networkId) {
        return state.users().list(Keys.users(tied.pool())).stream()
                .filter(u -> u.value().host().equals(host)
                        && u.value().network().filter(networkId::equals).isPresent()
                        && !u.value().id().equals(tied.id()))
                .toList();
    }

    /** Its gateway and aux addresses are those of the one that replaces it; claims of its endpoints end with these. */
    private void forget(Versioned<PoolUser> old, Transaction.Builder transaction) {
        String key = Keys.user(old.value());
        transaction.ifRevision(key, old.revision()).delete(key);
    }

    private int fit(Versioned<PoolUser> user, String networkId, IpamData data) {
        PoolUser u = user.value();
        // the one just asked for, also when this network had another before
        boolean fresh = u.network().isEmpty()
                && Duration.between(u.since(), time.now()).compareTo(JUST_ASKED) < 0
                && u.gateway().equals(data.gateway());
        int tied = fresh ? 8 : u.network().filter(networkId::equals).isPresent() ? 4 : 0;
        int gateway = u.gateway().equals(data.gateway()) ? 2 : 0;
        int aux = new HashSet<>(u.aux()).equals(new HashSet<>(data.aux().values())) ? 1 : 0;
        return tied + gateway + aux;
    }

    /** What ends in the transaction that forgets a network. */
    public interface Ending {
        void endWith(NetworkRecord network, Transaction.Builder transaction);
    }

    /** Forgets the network and nothing else; true when it was known. */
    public boolean forget(String networkId) {
        return delete(networkId, (network, transaction) -> {});
    }

    /** Forgets the network, and in the same transaction what ends with it; true when it was known. Its endpoints have been ended before. */
    public boolean delete(String networkId, Ending ending) {
        String key = Keys.network(host, networkId);
        Optional<Versioned<NetworkRecord>> known = state.networks().get(key);
        if (known.isEmpty()) {
            return false;
        }
        state.settle("network " + networkId, () -> {
            Transaction.Builder transaction = Transaction.builder().delete(key);
            find(networkId).ifPresent(network -> ending.endWith(network, transaction));
            return state.commit(transaction.build()) ? Optional.of(true) : Optional.empty();
        });
        if (known.get().value().ownBridge()) {
            links.delete(List.of(known.get().value().bridge()));
        }
        LOG.info("network deleted network={}", networkId);
        return true;
    }

    public Optional<NetworkRecord> find(String networkId) {
        return state.networks().get(Keys.network(host, networkId)).map(Versioned::value);
    }

    /** The network, or {@code NOT_FOUND}. */
    public NetworkRecord require(String networkId) {
        return find(networkId)
                .orElseThrow(() -> new PatchbayException(
                        Kind.NOT_FOUND, "network " + networkId + " is not known on host " + host));
    }

    /** The networks of this host. */
    public List<NetworkRecord> all() {
        return state.networks().list("networks/" + host + "/").stream()
                .map(Versioned::value)
                .toList();
    }
}
