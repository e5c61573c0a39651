package io.patchbay.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;

/**
 * One RequestPool of one host's daemon, a network that has it, and what is asked of it, over the plugin's socket and
 * without an engine.
 */
public final class PluginPool {
    private final Host host;
    private final String id;
    private final String network = UUID.randomUUID().toString().replace("-", "").repeat(2);

    private PluginPool(Host host, String id) {
        this.host = host;
        this.id = id;
    }

    /** A pool of the subnet, with a gateway. */
    public static PluginPool request(Host host, String subnet, String gateway) {
        String space = ok(host, "IpamDriver.GetDefaultAddressSpaces", "")
                .path("LocalDefaultAddressSpace")
                .asText();
        PluginPool pool = new PluginPool(
                host,
                ok(
                                host,
                                "IpamDriver.RequestPool",
                                "{'AddressSpace':'" + space + "','Pool':'" + subnet
                                        + "','SubPool':'','Options':{},'V6':false}")
                        .path("PoolID")
                        .asText());
        ok(
                host,
                "IpamDriver.RequestAddress",
                "{'PoolID':'" + pool.id + "','Address':'" + gateway
                        + "','Options':{'RequestAddressType':'com.docker.network.gateway'}}");
        ok(
                host,
                "NetworkDriver.CreateNetwork",
                "{'NetworkID':'" + pool.network + "','Options':{'com.docker.network.generic':{}},'IPv4Data':"
                        + "[{'AddressSpace':'" + space + "','Pool':'" + subnet + "','Gateway':'" + gateway
                        + subnet.substring(subnet.indexOf('/')) + "'}],'IPv6Data':[]}");
        return pool;
    }

    public Host host() {
        return host;
    }

    /** Any address; the answer is whatever the daemon says. */
    public JsonNode ask() {
        return call(host, "IpamDriver.RequestAddress", "{'PoolID':'" + id + "','Address':'','Options':null}");
    }

    /** Exactly this address, for a container. */
    public JsonNode ask(String address) {
        return call(
                host,
                "IpamDriver.RequestAddress",
                "{'PoolID':'" + id + "','Address':'" + address
                        + "','Options':{'com.docker.network.endpoint.macaddress':'02:11:22:33:44:55'}}");
    }

    public void releaseAddress(String address) {
        ok(host, "IpamDriver.ReleaseAddress", "{'PoolID':'" + id + "','Address':'" + address + "'}");
    }

    /** Gives the pool and all that was asked of it back, and ends the network. */
    public void release() {
        ok(host, "IpamDriver.ReleasePool", "{'PoolID':'" + id + "'}");
        ok(host, "NetworkDriver.DeleteNetwork", "{'NetworkID':'" + network + "'}");
    }

    private static JsonNode call(Host host, String method, String body) {
        Http.Answer answer = host.patchbay().call(method, body.replace('\'', '"'));
        if (answer.status() != 200) {
            throw new AssertionError(host + " answered " + method + " with " + answer);
        }
        return answer.json();
    }

    private static JsonNode ok(Host host, String method, String body) {
        JsonNode answer = call(host, method, body);
        if (answer.hasNonNull("Err") && !answer.path("Err").asText().isEmpty()) {
            throw new AssertionError(host + " refused " + method + " " + body + ": " + answer);
        }
        return answer;
    }
}
