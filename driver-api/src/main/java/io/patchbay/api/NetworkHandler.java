package io.patchbay.api;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.NetworkDriver;
import io.patchbay.core.contract.NetworkDriver.EndpointGrant;
import io.patchbay.core.contract.NetworkDriver.EndpointRequest;
import io.patchbay.core.contract.NetworkDriver.GatewayNeed;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.JoinGrant;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.contract.NetworkDriver.NetworkSettings;
import io.patchbay.core.contract.NetworkDriver.StaticRoute;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** NetworkDriver calls: wire to core's requests and back. */
final class NetworkHandler {
    private static final String GENERIC = "com.docker.network.generic";
    private static final String INTERNAL = "com.docker.network.internal";
    private static final String MAC = "com.docker.network.endpoint.macaddress";

    private NetworkHandler() {}

    static Map<String, Object> gwAllocCheck(NetworkDriver driver, Fields request) {
        GatewayNeed need = driver.gatewayNeed(settings(request));
        return Map.of("SkipIPv4", need.skipV4(), "SkipIPv6", need.skipV6());
    }

    static Map<String, Object> createNetwork(NetworkDriver driver, Fields request) {
        List<IpamData> ipam = new ArrayList<>();
        request.objects("IPv4Data").forEach(data -> ipam.add(ipamData(data)));
        request.objects("IPv6Data").forEach(data -> ipam.add(ipamData(data)));
        driver.createNetwork(new NetworkRequest(request.required("NetworkID"), settings(request), ipam));
        return Map.of();
    }

    private static NetworkSettings settings(Fields request) {
        Fields options = request.object("Options");
        return new NetworkSettings(options.flag(INTERNAL), options.texts(GENERIC));
    }

    private static IpamData ipamData(Fields data) {
        data.required("Pool");
        Subnet subnet = data.subnet("Pool").orElseThrow();
        Map<String, IpAddress> aux = new LinkedHashMap<>();
        data.texts("AuxAddresses").forEach((name, text) -> auxAddress(text).ifPresent(a -> aux.put(name, a)));
        return new IpamData(data.text("AddressSpace").orElse(""), subnet, data.addressOfCidr("Gateway"), aux);
    }

    /** With Docker's own IPAM an aux address outside the range comes as the text {@code <nil>}. */
    private static Optional<IpAddress> auxAddress(String text) {
        try {
            return Optional.of(Fields.withOrWithoutLength(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static Map<String, Object> deleteNetwork(NetworkDriver driver, Fields request) {
        driver.deleteNetwork(request.required("NetworkID"));
        return Map.of();
    }

    static Map<String, Object> createEndpoint(NetworkDriver driver, Fields request) {
        Fields wanted = request.object("Interface");
        List<Cidr> addresses = new ArrayList<>();
        wanted.cidr("Address").ifPresent(addresses::add);
        wanted.cidr("AddressIPv6").ifPresent(addresses::add);
        Optional<MacAddress> mac =
                wanted.mac("MacAddress").or(() -> request.object("Options").parsed(MAC, NetworkHandler::base64Mac));
        Map<String, String> options = request.textsAmong("Options");
        options.remove(MAC);
        EndpointGrant grant = driver.createEndpoint(new EndpointRequest(
                request.required("NetworkID"), request.required("EndpointID"), addresses, mac, options));
        // dockerd refuses an answer with a field that it gave itself, even an equal one
        return mac.isPresent() || grant.mac().isEmpty()
                ? Map.of("Interface", Map.of())
                : Map.of("Interface", Map.of("MacAddress", grant.mac().get().toString()));
    }

    /** Go writes a byte slice as base64. */
    private static MacAddress base64Mac(String text) {
        return MacAddress.of(Base64.getDecoder().decode(text));
    }

    static Map<String, Object> deleteEndpoint(NetworkDriver driver, Fields request) {
        driver.deleteEndpoint(request.required("NetworkID"), request.required("EndpointID"));
        return Map.of();
    }

    /** Without a driver yet nothing is known of any endpoint. */
    static Map<String, Object> endpointOperInfo(@Nullable NetworkDriver driver, Fields request) {
        String network = request.required("NetworkID");
        String endpoint = request.required("EndpointID");
        return Map.of("Value", driver == null ? Map.of() : driver.endpointInfo(network, endpoint));
    }

    static Map<String, Object> join(NetworkDriver driver, Fields request) {
        JoinGrant grant = driver.join(
                request.required("NetworkID"),
                request.required("EndpointID"),
                request.text("SandboxKey").orElse(""));
        Map<String, Object> answer = new LinkedHashMap<>();
        Map<String, Object> names =
                new LinkedHashMap<>(Map.of("SrcName", grant.source(), "DstPrefix", grant.targetPrefix()));
        grant.targetName().ifPresent(name -> names.put("DstName", name));
        answer.put("InterfaceName", names);
        grant.gateway().ifPresent(gateway -> answer.put("Gateway", gateway.toString()));
        grant.gatewayV6().ifPresent(gateway -> answer.put("GatewayIPv6", gateway.toString()));
        if (!grant.routes().isEmpty()) {
            answer.put(
                    "StaticRoutes",
                    grant.routes().stream().map(NetworkHandler::route).toList());
        }
        if (grant.withoutGatewayService()) {
            answer.put("DisableGatewayService", true);
        }
        return answer;
    }

    private static Map<String, Object> route(StaticRoute route) {
        String destination = route.destination().toString();
        return route.nextHop()
                .<Map<String, Object>>map(
                        hop -> Map.of("Destination", destination, "RouteType", 0, "NextHop", hop.toString()))
                .orElse(Map.of("Destination", destination, "RouteType", 1));
    }

    static Map<String, Object> leave(NetworkDriver driver, Fields request) {
        driver.leave(request.required("NetworkID"), request.required("EndpointID"));
        return Map.of();
    }

    /** dockerd replaces the options by the answer, so they come back as they were. */
    static Map<String, Object> allocateNetwork(NetworkDriver driver, Fields request) {
        List<IpamData> ipam = new ArrayList<>();
        request.objects("IPv4Data").forEach(data -> ipam.add(ipamData(data)));
        request.objects("IPv6Data").forEach(data -> ipam.add(ipamData(data)));
        NetworkSettings settings = new NetworkSettings(false, request.texts("Options"));
        driver.allocateNetwork(new NetworkRequest(request.required("NetworkID"), settings, ipam));
        return Map.of("Options", request.texts("Options"));
    }

    static Map<String, Object> freeNetwork(NetworkDriver driver, Fields request) {
        driver.freeNetwork(request.required("NetworkID"));
        return Map.of();
    }
}
