package io.patchbay.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A method of libnetwork's that has a request body, and what turns a request into the fields of its answer. */
sealed interface Route {
    String method();

    /** Needs the driver, and so waits until it is connected to its store. */
    record Driven(String method, DriverCall call) implements Route {}

    /** Has nothing to ask of the driver, or an answer for the time when there is none. */
    record Immediate(String method, OptionalDriverCall call) implements Route {}

    @FunctionalInterface
    interface DriverCall {
        Map<String, Object> answer(Drivers drivers, Fields request);
    }

    @FunctionalInterface
    interface OptionalDriverCall {
        Map<String, Object> answer(@Nullable Drivers drivers, Fields request);
    }

    /**
     * All routes by path. What is not here or in {@link Handshake} is answered 404, which dockerd reads as "not
     * implemented".
     */
    static Map<String, Route> table(ExternalConnectivity connectivity) {
        Map<String, Route> table = new LinkedHashMap<>();
        for (Route route : List.of(
                new Driven("IpamDriver.RequestPool", (d, r) -> IpamHandler.requestPool(d.ipam(), r)),
                new Driven("IpamDriver.ReleasePool", (d, r) -> IpamHandler.releasePool(d.ipam(), r)),
                new Driven("IpamDriver.RequestAddress", (d, r) -> IpamHandler.requestAddress(d.ipam(), r)),
                new Driven("IpamDriver.ReleaseAddress", (d, r) -> IpamHandler.releaseAddress(d.ipam(), r)),
                new Driven("NetworkDriver.GwAllocCheck", (d, r) -> NetworkHandler.gwAllocCheck(d.network(), r)),
                new Driven("NetworkDriver.CreateNetwork", (d, r) -> NetworkHandler.createNetwork(d.network(), r)),
                new Driven("NetworkDriver.DeleteNetwork", (d, r) -> NetworkHandler.deleteNetwork(d.network(), r)),
                new Driven("NetworkDriver.AllocateNetwork", (d, r) -> NetworkHandler.allocateNetwork(d.network(), r)),
                new Driven("NetworkDriver.FreeNetwork", (d, r) -> NetworkHandler.freeNetwork(d.network(), r)),
                new Driven("NetworkDriver.CreateEndpoint", (d, r) -> NetworkHandler.createEndpoint(d.network(), r)),
                new Driven("NetworkDriver.DeleteEndpoint", (d, r) -> NetworkHandler.deleteEndpoint(d.network(), r)),
                new Driven("NetworkDriver.Join", (d, r) -> NetworkHandler.join(d.network(), r)),
                new Driven("NetworkDriver.Leave", (d, r) -> NetworkHandler.leave(d.network(), r)),
                // asked for every restored container while dockerd boots, and its failure is ignored: never worth a
                // wait
                new Immediate(
                        "NetworkDriver.EndpointOperInfo",
                        (d, r) -> NetworkHandler.endpointOperInfo(d == null ? null : d.network(), r)),
                immediate("NetworkDriver.ProgramExternalConnectivity", connectivity::program),
                immediate("NetworkDriver.RevokeExternalConnectivity", connectivity::revoke),
                // membership of a swarm; who is there is known from the store
                immediate("NetworkDriver.DiscoverNew", r -> Map.of()),
                immediate("NetworkDriver.DiscoverDelete", r -> Map.of()))) {
            table.put("/" + route.method(), route);
        }
        return Map.copyOf(table);
    }

    private static Route immediate(String method, Function<Fields, Map<String, Object>> call) {
        return new Immediate(method, (drivers, request) -> call.apply(request));
    }
}
