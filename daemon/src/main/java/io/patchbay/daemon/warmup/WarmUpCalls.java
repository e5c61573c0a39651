package io.patchbay.daemon.warmup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchbay.daemon.cli.ControlClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What dockerd and an operator ask in a container's life, asked of a daemon that runs on {@link WarmUpLinks}. */
public final class WarmUpCalls {
    private static final String NETWORK = "a".repeat(64);
    private static final String ENDPOINT = "b".repeat(64);
    private static final int ROUNDS = 2;
    private static final String IDS = "\"NetworkID\":\"" + NETWORK + "\",\"EndpointID\":\"" + ENDPOINT + "\"";

    private final ObjectMapper json = new ObjectMapper();
    private final ControlClient plugin;
    private final ControlClient control;

    /** Will ask on these sockets. */
    public WarmUpCalls(Path pluginSocket, Path controlSocket) {
        this.plugin = new ControlClient(pluginSocket, Duration.ofSeconds(10));
        this.control = new ControlClient(controlSocket, Duration.ofSeconds(10));
    }

    /** Asks everything; an answer that is no success ends it with an {@link IllegalStateException}. */
    public void run() throws ControlClient.Unreachable {
        for (String method : List.of(
                "Plugin.Activate",
                "NetworkDriver.GetCapabilities",
                "IpamDriver.GetCapabilities",
                "IpamDriver.GetDefaultAddressSpaces")) {
            call(method, "");
        }
        for (int round = 0; round < ROUNDS; round++) {
            life();
        }
    }

    /**
     * Takes one endpoint after the other from address to release, as often as said, for as long as {@code goOn}: what a
     * JVM is to have compiled before it counts.
     *
     * @return how many it were
     */
    public int endpoints(int rounds, BooleanSupplier goOn) throws ControlClient.Unreachable {
        String pool = network();
        int round = 0;
        for (; round < rounds && goOn.getAsBoolean(); round++) {
            endpoint(pool, () -> {});
        }
        end(pool);
        return round;
    }

    private interface Step {
        void run() throws ControlClient.Unreachable;
    }

    private void life() throws ControlClient.Unreachable {
        String pool = network();
        endpoint(pool, this::look);
        end(pool);
    }

    private String network() throws ControlClient.Unreachable {
        String pool = field(call("IpamDriver.RequestPool", """
                {"AddressSpace":"patchbay-local","Pool":"10.77.0.0/24",
                "SubPool":"","Options":null,"V6":false}"""), "PoolID");
        call("IpamDriver.RequestAddress", """
                {"PoolID":"%s","Address":"10.77.0.254",
                "Options":{"RequestAddressType":"com.docker.network.gateway"}}""".formatted(pool));
        call("NetworkDriver.CreateNetwork", """
                {"NetworkID":"%s",
                "Options":{"com.docker.network.enable_ipv6":false,"com.docker.network.generic":{}},
                "IPv4Data":[{"AddressSpace":"patchbay-local","Pool":"10.77.0.0/24","Gateway":"10.77.0.254/24"}],
                "IPv6Data":[]}""".formatted(NETWORK));
        return pool;
    }

    private void endpoint(String pool, Step meanwhile) throws ControlClient.Unreachable {
        String address = field(call("IpamDriver.RequestAddress", """
                {"PoolID":"%s","Address":"",
                "Options":{"com.docker.network.endpoint.macaddress":"02:42:0a:4d:00:01"}}
                """.formatted(pool)), "Address");
        call(
                "NetworkDriver.CreateEndpoint",
                "{" + IDS + ",\"Options\":{},\"Interface\":{\"Address\":\"" + address
                        + "\",\"AddressIPv6\":\"\",\"MacAddress\":\"02:42:0a:4d:00:01\"}}");
        call("NetworkDriver.Join", "{" + IDS + ",\"SandboxKey\":\"/var/run/docker/netns/rehearsal\",\"Options\":{}}");
        call("NetworkDriver.EndpointOperInfo", "{" + IDS + "}");
        meanwhile.run();
        call("NetworkDriver.Leave", "{" + IDS + "}");
        call("NetworkDriver.DeleteEndpoint", "{" + IDS + "}");
        release(pool, address.substring(0, address.indexOf('/')));
    }

    private void end(String pool) throws ControlClient.Unreachable {
        release(pool, "10.77.0.254");
        call("IpamDriver.ReleasePool", "{\"PoolID\":\"" + pool + "\"}");
        call("NetworkDriver.DeleteNetwork", "{\"NetworkID\":\"" + NETWORK + "\"}");
    }

    private void release(String pool, String address) throws ControlClient.Unreachable {
        call("IpamDriver.ReleaseAddress", "{\"PoolID\":\"" + pool + "\",\"Address\":\"" + address + "\"}");
    }

    private void look() throws ControlClient.Unreachable {
        for (String path : List.of(
                "/v1/networks", "/v1/endpoints", "/v1/pools", "/v1/claims", "/v1/version", "/metrics", "/readyz")) {
            check(path, control.get(path));
        }
    }

    private String call(String method, String body) throws ControlClient.Unreachable {
        return check(method, plugin.post("/" + method, body));
    }

    private static String check(String what, ControlClient.Answer answer) {
        if (answer.status() != 200 || answer.body().contains("\"Err\"")) {
            throw new IllegalStateException(what + " was answered with " + answer.status() + ": " + answer.body());
        }
        return answer.body();
    }

    private String field(String body, String name) {
        try {
            return json.readTree(body).path(name).asText();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the answer is no JSON: " + body, e);
        }
    }
}
