package io.patchbay.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network as this host's dockerd made it; dockerd does not repeat it after a restart.
 *
 * @param bridge whose ports its containers become
 * @param name what people call it; learned from the engine after the network was made
 * @param generation of the {@link Definition} that this is the host's network of
 * @param ownBridge the bridge was made for this network and goes with it
 * @param options {@code -o} as given; what they mean is read from them each time, in one place
 */
public record NetworkRecord(
        String id,
        String host,
        String bridge,
        boolean ownBridge,
        boolean internal,
        Map<String, String> options,
        List<NetworkSubnet> subnets,
        Optional<String> name,
        Optional<String> generation,
        Instant since,
        Map<String, JsonNode> unknown)
        implements Stored {

    /**
     * A subnet of a network.
     *
     * @param guessed nobody named the gateway, so it is the pool's; {@code gateway} is what that was
     * @param pool ours, empty when another IPAM driver gives the addresses
     * @param user id of the {@link PoolUser}
     */
    public record NetworkSubnet(
            Subnet subnet,
            Optional<IpAddress> gateway,
            boolean guessed,
            Optional<PoolName> pool,
            Optional<String> user) {

        /** One whose addresses another IPAM driver gives. */
        public static NetworkSubnet foreign(Subnet subnet, Optional<IpAddress> gateway) {
            return new NetworkSubnet(subnet, gateway, false, Optional.empty(), Optional.empty());
        }

        /** The way out of its containers, as its pool is known. */
        public Optional<IpAddress> gateway(Optional<Pool> known) {
            return guessed ? known.flatMap(Pool::gateway).or(() -> gateway) : gateway;
        }

        /** The same when it turns out that nobody named its gateway. */
        public NetworkSubnet asGuessed() {
            return new NetworkSubnet(subnet, gateway, true, pool, user);
        }

        private static NetworkSubnet read(Fields f) {
            return new NetworkSubnet(
                    Subnet.parse(f.text("subnet")),
                    f.optional("gateway").map(IpAddress::parse),
                    f.flag("guessed"),
                    f.optional("pool").map(PoolName::parse),
                    f.optional("user"));
        }

        private Fields write() {
            return Fields.with(Map.of())
                    .put("subnet", subnet)
                    .put("gateway", gateway)
                    .put("guessed", guessed)
                    .put("pool", pool)
                    .put("user", user);
        }
    }

    /** A network of global scope as a swarm's leader allocated it; it is no host's. */
    public static NetworkRecord ofSwarm(
            String id, boolean internal, Map<String, String> options, List<NetworkSubnet> subnets, Instant now) {
        return new NetworkRecord(
                id,
                Keys.SWARM,
                "",
                false,
                internal,
                options,
                subnets,
                Optional.empty(),
                Optional.empty(),
                now,
                Map.of());
    }

    /** The one that the address lies in. */
    public Optional<NetworkSubnet> subnetOf(IpAddress address) {
        return subnets.stream()
                .filter(subnet -> subnet.subnet().contains(address))
                .findFirst();
    }

    /** Whether a subnet of it has its addresses through that user of the pool. */
    public boolean uses(PoolName pool, String user) {
        return subnets.stream()
                .anyMatch(subnet -> subnet.pool().filter(pool::equals).isPresent()
                        && subnet.user().filter(user::equals).isPresent());
    }

    /**
     * The LAN it lies on, on which a MAC address has one station: a segment of all hosts, or a bridge that leads
     * nowhere.
     */
    public String lan() {
        return ownBridge
                ? bridge + "@" + host
                : subnets.stream()
                        .flatMap(subnet -> subnet.pool().stream())
                        .map(PoolName::segment)
                        .findFirst()
                        .orElse(PoolName.DEFAULT_SEGMENT);
    }

    public static NetworkRecord read(Value value) {
        Fields f = Fields.of(value);
        return new NetworkRecord(
                f.text("id"),
                f.text("host"),
                f.text("bridge"),
                f.flag("ownBridge"),
                f.flag("internal"),
                f.texts("options"),
                f.objects("subnets", NetworkSubnet::read),
                f.optional("name"),
                f.optional("generation"),
                f.instant("since"),
                f.unknown());
    }

    @Override
    public String key() {
        return Keys.network(host, id);
    }

    @Override
    public Value write() {
        return Fields.with(unknown)
                .put("id", id)
                .put("host", host)
                .put("bridge", bridge)
                .put("ownBridge", ownBridge)
                .put("internal", internal)
                .put("options", options)
                .putObjects("subnets", subnets, NetworkSubnet::write)
                .put("name", name)
                .put("generation", generation)
                .put("since", since)
                .value();
    }

    /** The same when its host has that name. */
    public NetworkRecord onHost(String newHost) {
        return copy(newHost, subnets, name, generation);
    }

    public NetworkRecord named(String newName) {
        return copy(host, subnets, Optional.of(newName), generation);
    }

    /** The same with one of its subnets as it is now. */
    public NetworkRecord with(NetworkSubnet changed) {
        List<NetworkSubnet> all = subnets.stream()
                .map(subnet -> subnet.subnet().equals(changed.subnet()) ? changed : subnet)
                .toList();
        return copy(host, all, name, generation);
    }

    /** The same network as the host's one of a definition. */
    public NetworkRecord of(Definition definition) {
        return copy(host, subnets, Optional.of(definition.name()), Optional.of(definition.generation()));
    }

    private NetworkRecord copy(
            String newHost, List<NetworkSubnet> newSubnets, Optional<String> newName, Optional<String> newGeneration) {
        return new NetworkRecord(
                id, newHost, bridge, ownBridge, internal, options, newSubnets, newName, newGeneration, since, unknown);
    }
}
