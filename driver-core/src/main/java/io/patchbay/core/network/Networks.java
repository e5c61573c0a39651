package io.patchbay.core.network;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.contract.NetworkDriver;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.ipam.Gateways;
import io.patchbay.core.ipam.Machines;
import io.patchbay.core.link.Links;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Unreadable;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The networks of this host, as dockerd made them; it makes each once and never tells of it again. */
public final class Networks {
    private static final Logger LOG = LoggerFactory.getLogger(Networks.class);
    private static final Pattern ID = Pattern.compile("[0-9a-z]{12,64}");

    private final State state;
    private final String host;
    private final String defaultBridge;
    private final NetworkBridges bridges;
    private final BridgeFirewall firewall;
    private final PoolTies ties;
    private final Machines machines;
    private final TimeSource time;

    /** {@code defaultBridge} is that of networks that name none. */
    public Networks(
            State state,
            String host,
            String defaultBridge,
            Links links,
            BridgeFirewall firewall,
            Gateways gateways,
            Machines machines,
            TimeSource time) {
        this.state = state;
        this.host = host;
        this.defaultBridge = defaultBridge;
        this.bridges = new NetworkBridges(links, host);
        this.firewall = firewall;
        this.ties = new PoolTies(host, gateways, time);
        this.machines = machines;
        this.time = time;
    }

    /** A link with a smaller one has no IPv6, and the engine cannot set a container's address on it. */
    private static void checkMtu(NetworkOptions options, List<IpamData> ipam) {
        boolean tooSmall = options.mtu().isPresent() && options.mtu().getAsInt() < NetworkOptions.IPV6_LEAST_MTU;
        if (tooSmall && ipam.stream().anyMatch(data -> data.subnet().isV6())) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "option " + NetworkOptions.MTU + "=" + options.mtu().getAsInt()
                            + " is too small for IPv6, which takes " + NetworkOptions.IPV6_LEAST_MTU + " at least");
        }
    }

    /** See {@link NetworkDriver#createNetwork}. */
    public void create(NetworkRequest request) {
        checkId(request.networkId());
        NetworkOptions options = NetworkOptions.parse(request.settings().options());
        WaysOut.check(options, request);
        checkMtu(options, request.ipam());
        boolean own = request.settings().internal() && options.bridge().isEmpty();
        String bridge = own
                ? NetworkBridges.ownName(request.networkId())
                : bridges.find(options.bridge().orElse(defaultBridge));
        if (own) {
            bridges.ensureOwn(bridge, request.networkId(), options);
        } else {
            firewall.letThrough(bridge);
        }
        state.change("network " + request.networkId(), d -> record(d, request, bridge, own));
        LOG.info(
                "network created network={} bridge={} internal={} ofMachines={}",
                request.networkId(),
                bridge,
                request.settings().internal(),
                machines.inRangesOf(request.networkId()));
    }

    private static void checkId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new PatchbayException(
                    Kind.INVALID, "network id \"" + id + "\" is not 12 to 64 lower-case letters and digits");
        }
    }

    /** The bridge of a network is there when an endpoint joins; one of our own is made again after a boot. */
    public void ensureBridge(NetworkRecord network) {
        if (network.ownBridge()) {
            bridges.ensureOwn(network.bridge(), network.id(), NetworkOptions.parse(network.options()));
        }
    }

    private void record(Decision d, NetworkRequest request, String bridge, boolean own) {
        Optional<NetworkRecord> before = d.read(Ref.network(host, request.networkId()));
        List<NetworkSubnet> subnets = new ArrayList<>();
        Set<Ref<PoolUser>> taken = new HashSet<>();
        for (IpamData data : request.ipam()) {
            if (data.subnet().prefixLength() == 0) {
                continue;
            }
            NetworkSubnet subnet = ties.subnet(d, request.networkId(), data, taken);
            MissingGateway.check(d, request, data, subnet);
            subnets.add(subnet);
        }
        d.put(new NetworkRecord(
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
                Map.of()));
    }

    /** Forgets the network and nothing else. */
    public void forget(String networkId) {
        delete(networkId, Optional.empty());
    }

    /**
     * Forgets the network, and in the same decision what the listener ends with it. Its endpoints have been ended
     * before.
     */
    public void delete(String networkId, Optional<NetworkEvents> listener) {
        Optional<NetworkRecord> known = find(networkId);
        if (known.isEmpty()) {
            return;
        }
        state.change("network " + networkId, d -> {
            d.delete(Ref.network(host, networkId));
            listener.ifPresent(l -> find(networkId).ifPresent(network -> l.ending(network, d)));
        });
        bridges.deleteOwn(known.get());
        LOG.info("network deleted network={}", networkId);
    }

    /** The way out of containers in a subnet. */
    public Optional<IpAddress> gateway(NetworkSubnet subnet) {
        return subnet.gateway(
                subnet.pool().flatMap(pool -> state.peek(Ref.pool(pool))).map(Versioned::value));
    }

    public Optional<NetworkRecord> find(String networkId) {
        return state.peek(Ref.network(host, networkId)).map(Versioned::value);
    }

    /** The network, or {@code NOT_FOUND}. */
    public NetworkRecord require(String networkId) {
        return find(networkId)
                .orElseThrow(() -> state.isUnreadable(Ref.network(host, networkId))
                        ? new PatchbayException(
                                Kind.UNREADABLE,
                                "the record of network " + networkId + " on host " + host
                                        + " cannot be read; 'patchbay doctor' says what to do")
                        : new PatchbayException(
                                Kind.NOT_FOUND, "network " + networkId + " is not known on host " + host));
    }

    /** The bridges that networks of this host have, or may have: of a record that cannot be read its own one. */
    public Set<String> bridges() {
        return Stream.concat(
                        all().stream().map(NetworkRecord::bridge),
                        state.unreadable(Refs.networksOf(host)).stream()
                                .map(Unreadable::name)
                                .filter(id -> ID.matcher(id).matches())
                                .map(NetworkBridges::ownName))
                .collect(Collectors.toSet());
    }

    /** The networks of this host. */
    public List<NetworkRecord> all() {
        return state.peekAll(Refs.networksOf(host)).stream()
                .map(Versioned::value)
                .toList();
    }
}
