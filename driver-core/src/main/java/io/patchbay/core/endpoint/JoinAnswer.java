package io.patchbay.core.endpoint;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.NetworkDriver.JoinGrant;
import io.patchbay.core.contract.NetworkDriver.StaticRoute;
import io.patchbay.core.network.InterfaceName;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.network.Networks;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.NetworkRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What dockerd is told of an endpoint whose link it is to move: names, ways out, routes. */
final class JoinAnswer {
    /** All of IPv6 as dockerd takes it for a route that is not the default one. */
    private static final List<Subnet> HALVES_OF_V6 = List.of(Subnet.parse("::/1"), Subnet.parse("8000::/1"));

    private JoinAnswer() {}

    static JoinGrant of(EndpointRecord endpoint, NetworkRecord network, NetworkOptions options, Networks networks) {
        NetworkOptions.NoGateway none = options.noGateway();
        Optional<IpAddress> v4 =
                network.internal() || none.v4() ? Optional.empty() : gateway(endpoint, network, networks, false);
        Optional<IpAddress> v6 = network.internal() || none.v6()
                ? Optional.empty()
                : options.gateway6().or(() -> gateway(endpoint, network, networks, true));
        // engines before 28 look at IPv4 alone, and give docker_gwbridge's way out to who has none
        boolean alone = v4.isEmpty();
        List<StaticRoute> routes = new ArrayList<>();
        // the engine looks for the link by a route to the next hop, and each link has one to all of fe80::/64
        options.linkLocalHops().forEach(hop -> routes.add(new StaticRoute(hop.alone(), Optional.empty())));
        routes.addAll(options.routes());
        if (none.v4() && v6.isPresent()) {
            // nor do they set the default route of IPv6 then
            HALVES_OF_V6.forEach(half -> routes.add(new StaticRoute(half, v6)));
        }
        Optional<InterfaceName> name = endpoint.interfaceName().map(InterfaceName::parse);
        return new JoinGrant(
                LinkName.of(endpoint.id()).containerEnd(),
                name.map(InterfaceName::prefix).orElse(options.interfacePrefix()),
                endpoint.interfaceName(),
                v4,
                v6,
                routes,
                alone);
    }

    /** The gateway of the subnet the endpoint has its address in: a network may have several subnets. */
    private static Optional<IpAddress> gateway(
            EndpointRecord endpoint, NetworkRecord network, Networks networks, boolean v6) {
        return endpoint.addresses().stream()
                .filter(a -> a.address().isV6() == v6)
                .flatMap(a -> network.subnetOf(a.address()).stream())
                .flatMap(s -> networks.gateway(s).stream())
                .findFirst();
    }
}
