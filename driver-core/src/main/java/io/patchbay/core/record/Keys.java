package io.patchbay.core.record;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Under which key each record lies; the layout is that of docs/design/state.md. */
public final class Keys {
    /**
     * Stands in the store for a host where a swarm's leader, whichever node that is, allocates for all nodes: users of
     * pools, networks and claims of it belong to no host. No host has such a name.
     */
    static final String SWARM = "@swarm";

    private Keys() {}

    public static String host(String host) {
        return "hosts/" + host;
    }

    public static String alive(String host) {
        return "alive/" + host;
    }

    public static String pool(PoolName pool) {
        return "pools/" + pool;
    }

    public static String users(PoolName pool) {
        return "pools/" + pool + "/users/";
    }

    public static String user(PoolName pool, String host, String user) {
        return users(pool) + host + "/" + user;
    }

    public static String claims(PoolName pool) {
        return "claims/" + pool + "/";
    }

    public static String claim(PoolName pool, IpAddress address) {
        return claims(pool) + address;
    }

    public static String networks(String host) {
        return "networks/" + host + "/";
    }

    public static String network(String host, String network) {
        return networks(host) + network;
    }

    public static String networksOfSwarm() {
        return networks(SWARM);
    }

    public static String networkOfSwarm(String network) {
        return network(SWARM, network);
    }

    public static String userOfSwarm(PoolName pool, String user) {
        return user(pool, SWARM, user);
    }

    public static String endpoints(String host) {
        return "endpoints/" + host + "/";
    }

    public static String endpoint(String host, String endpoint) {
        return endpoints(host) + endpoint;
    }

    public static String mac(String lan, MacAddress mac) {
        return "macs/" + lan + "/" + mac;
    }

    public static String quarantined(PoolName pool) {
        return "quarantine/" + pool + "/";
    }

    public static String quarantined(PoolName pool, IpAddress address) {
        return quarantined(pool) + address;
    }

    public static String segment(String segment) {
        return "segments/" + segment;
    }

    public static String definition(String name) {
        return "definitions/" + escaped(name);
    }

    public static String blockers(String host) {
        return "hindrances/" + host + "/";
    }

    public static String blocker(String host, String name) {
        return blockers(host) + escaped(name);
    }

    /** Where the times of containers lie that are over. */
    public static String stays() {
        return "stays/";
    }

    /** Ascending by the time of the end, so that the oldest come first; all of one time have the same length. */
    public static String stay(Instant end, String endpoint) {
        return stays() + String.format("%014d-", Math.max(0, end.toEpochMilli())) + ShortId.of(endpoint);
    }

    /** A name as one segment of a key: engines allow nearly everything in a network's name. */
    private static String escaped(String name) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b > ' ' && b < 127 && b != '/' && b != '%';
            escaped.append(plain ? String.valueOf((char) b) : String.format("%%%02x", b & 0xff));
        }
        return escaped.toString();
    }
}
