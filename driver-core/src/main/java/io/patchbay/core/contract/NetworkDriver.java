package io.patchbay.core.contract;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The network half of the driver, what libnetwork calls a network driver (moby: drivers/remote/api). All methods are
 * thread-safe, repeatable, block for a few milliseconds, and fail with a {@link PatchbayException}.
 */
public interface NetworkDriver {

    /** Whether dockerd need not ask for a gateway address for a network with these options (engines from 28). */
    GatewayNeed gatewayNeed(NetworkSettings settings);

    /**
     * Records a network of this host. The same id again replaces what was recorded (a swarm node repeats it without a
     * delete). {@code INVALID} names the option, its value and the rule; {@code NOT_FOUND} a bridge that is absent.
     */
    void createNetwork(NetworkRequest request);

    /** Forgets a network of this host and what is left of its endpoints. Unknown: nothing happens. */
    void deleteNetwork(String networkId);

    /**
     * A swarm's leader has asked for the pools of a network and says which network that is; its nodes get
     * {@link #createNetwork}. The same id again is a new leader telling what there is. Only for a driver of global
     * scope.
     */
    void allocateNetwork(NetworkRequest request);

    /** The leader forgets a network; its pools are given back next. Unknown: nothing happens. */
    void freeNetwork(String networkId);

    /**
     * Records an endpoint and binds its claims. No kernel work. The same again is answered the same; the same id with
     * other addresses is a {@code CONFLICT}; an unknown network is {@code NOT_FOUND}. The answer has a MAC only if the
     * request had none.
     */
    EndpointGrant createEndpoint(EndpointRequest request);

    /**
     * Deletes the endpoint's links and record; its claims wait for their release. Unknown: links of that id are deleted
     * all the same, then nothing.
     */
    void deleteEndpoint(String networkId, String endpointId);

    /**
     * Makes the endpoint's veth pair. Repeating gives the same pair; an unknown endpoint is {@code NOT_FOUND}. A
     * failure leaves no link.
     */
    JoinGrant join(String networkId, String endpointId, String sandboxKey);

    /** The container leaves the network: its links go. Unknown: nothing happens. */
    void leave(String networkId, String endpointId);

    /** What is known of an endpoint, as text by key; empty for an unknown one. Answered from memory. */
    Map<String, String> endpointInfo(String networkId, String endpointId);

    /** What {@code docker network create} was given besides addresses; {@code options} are {@code -o}. */
    record NetworkSettings(boolean internal, Map<String, String> options) {
        public NetworkSettings {
            options = Map.copyOf(options);
        }
    }

    /** Families for which no gateway need be asked for. */
    record GatewayNeed(boolean skipV4, boolean skipV6) {}

    /**
     * A network to be made.
     *
     * @param networkId 64 hex digits, or 25 characters base 36 for a swarm network
     * @param ipam one element per subnet, both families
     */
    record NetworkRequest(String networkId, NetworkSettings settings, List<IpamData> ipam) {
        public NetworkRequest {
            ipam = List.copyOf(ipam);
        }
    }

    /**
     * A subnet of a network as dockerd's IPAM step left it.
     *
     * @param space address space; foreign when another IPAM driver gave it
     * @param aux {@code --aux-address} by name; values that dockerd could not encode are already left out
     */
    record IpamData(String space, Subnet subnet, Optional<IpAddress> gateway, Map<String, IpAddress> aux) {
        public IpamData {
            aux = Map.copyOf(aux);
        }
    }

    /**
     * An endpoint to be recorded.
     *
     * @param addresses IPv4 and IPv6 as dockerd got them from IPAM; empty with a null IPAM
     * @param mac the user's or IPAM's; empty means ours to derive
     * @param options top-level string options of the endpoint ({@code --driver-opt} and dockerd's), arrays left out
     */
    record EndpointRequest(
            String networkId,
            String endpointId,
            List<Cidr> addresses,
            Optional<MacAddress> mac,
            Map<String, String> options) {
        public EndpointRequest {
            addresses = List.copyOf(addresses);
            options = Map.copyOf(options);
        }
    }

    /** What dockerd may be told about a new endpoint: only what it did not say itself. */
    record EndpointGrant(Optional<MacAddress> mac) {}

    /**
     * What dockerd needs to move the link in.
     *
     * @param source name of the container end in this namespace
     * @param targetPrefix dockerd appends a number
     * @param targetName what was asked for; engines of today take it from no plugin
     * @param withoutGatewayService dockerd shall not attach the container to docker_gwbridge on account of this
     *     endpoint
     */
    record JoinGrant(
            String source,
            String targetPrefix,
            Optional<String> targetName,
            Optional<IpAddress> gateway,
            Optional<IpAddress> gatewayV6,
            List<StaticRoute> routes,
            boolean withoutGatewayService) {
        public JoinGrant {
            routes = List.copyOf(routes);
        }
    }

    /** A route in the container; without a next hop it is on-link. */
    record StaticRoute(Subnet destination, Optional<IpAddress> nextHop) {}
}
