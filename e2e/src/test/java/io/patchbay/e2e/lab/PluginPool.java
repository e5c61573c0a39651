package io.patchbay.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The pool of a network that one host's engine has, on a lab with etcd, and what is asked of it over the plugin's
 * socket, past the engine. A network that the engine does not list would be removed within a minute or two.
 */
public final class PluginPool {
    private final Host host;
    private final String id;
    private final String network;

    private PluginPool(Host host, String id, String network) {
        this.host = host;
        this.id = id;
        this.network = network;
    }

    /** A network of this host alone on the subnet, with a gateway. */
    public static PluginPool request(Host host, String subnet, String gateway) {
        String network =
                host.docker().network("pool", subnet, "--gateway", gateway, "-o", "io.patchbay.replicate=false");
        String pool = "default~" + subnet.replace('/', '_');
        String users = "pools/" + pool + "/users/" + host.name() + "/";
        String user = host.lab().etcd().keys().stream()
                .filter(key -> key.startsWith(users))
                .findFirst()
                .orElseThrow(() -> new AssertionError("etcd knows no use of " + subnet + " by " + host));
        String id = "patchbay/1/" + pool + "/" + usable(subnet) + user.substring(users.length() - 1);
        return new PluginPool(host, id, network);
    }

    /** The first and the last address that a machine may have, as in {@code 10.77.0.1-10.77.0.254}. */
    private static String usable(String subnet) {
        String[] parts = subnet.split("/", 2);
        int first = 0;
        for (String number : parts[0].split("\\.", 4)) {
            first = first << 8 | Integer.parseInt(number);
        }
        int last = first | -1 >>> Integer.parseInt(parts[1]);
        return dotted(first + 1) + "-" + dotted(last - 1);
    }

    private static String dotted(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 255) + "." + (address >>> 8 & 255) + "." + (address & 255);
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

    /** Removes the network, and with it all that was asked of its pool. */
    public void release() {
        host.docker().ok("network", "rm", network);
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
