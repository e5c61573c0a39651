package io.patchbay.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One network's use of a pool on one host: what one RequestPool made and one ReleasePool ends. dockerd's IPAM calls
 * never say which network they are for, so each gets an id of its own, and CreateNetwork ties the network to it.
 *
 * @param range where this network's dynamic addresses come from
 * @param gateway the gateway address it asked for
 * @param guessed nobody named that one: it is what the LAN's networks or the host's own routes say
 * @param aux the aux addresses it asked for
 * @param network empty until CreateNetwork, and for good under another network driver, whose containers get no
 *     addresses
 * @param leaving dockerd has released it while the store was away; it ends when the store is back
 */
public record PoolUser(
        PoolName pool,
        String host,
        String id,
        AddressRange range,
        Optional<IpAddress> gateway,
        boolean guessed,
        List<IpAddress> aux,
        Optional<String> network,
        boolean leaving,
        Instant since,
        Map<String, JsonNode> unknown)
        implements Stored {

    /** What a RequestPool of a host makes. */
    public static PoolUser ofHost(PoolName pool, String host, String id, AddressRange range, Instant now) {
        return new PoolUser(
                pool, host, id, range, Optional.empty(), false, List.of(), Optional.empty(), false, now, Map.of());
    }

    /** What a RequestPool of a swarm's leader makes, whichever node that is. */
    public static PoolUser ofSwarm(PoolName pool, String id, AddressRange range, Instant now) {
        return ofHost(pool, Keys.SWARM, id, range, now);
    }

    /** Whether a swarm's leader asked for it, so that it belongs to no host. */
    public boolean isOfSwarm() {
        return Owner.isSwarm(host);
    }

    public static PoolUser read(Value value) {
        Fields f = Fields.of(value);
        return new PoolUser(
                PoolName.parse(f.text("pool")),
                f.text("host"),
                f.text("id"),
                AddressRange.parse(f.text("range")),
                f.optional("gateway").map(IpAddress::parse),
                f.flag("guessed"),
                f.list("aux", IpAddress::parse),
                f.optional("network"),
                f.flag("leaving"),
                f.instant("since"),
                f.unknown());
    }

    @Override
    public String key() {
        return Keys.user(pool, host, id);
    }

    @Override
    public Value write() {
        return Fields.with(unknown)
                .put("pool", pool)
                .put("host", host)
                .put("id", id)
                .put("range", range)
                .put("gateway", gateway)
                .put("guessed", guessed)
                .put("aux", aux)
                .put("network", network)
                .put("leaving", leaving)
                .put("since", since)
                .value();
    }

    /** The same when its host has that name. */
    public PoolUser onHost(String newHost) {
        return new PoolUser(pool, newHost, id, range, gateway, guessed, aux, network, leaving, since, unknown);
    }

    public PoolUser withGateway(Optional<IpAddress> newGateway) {
        return new PoolUser(pool, host, id, range, newGateway, false, aux, network, leaving, since, unknown);
    }

    /** With a gateway that nobody has named. */
    public PoolUser withGuess(IpAddress newGateway) {
        return new PoolUser(
                pool, host, id, range, Optional.of(newGateway), true, aux, network, leaving, since, unknown);
    }

    public PoolUser withAux(IpAddress address) {
        List<IpAddress> more = new ArrayList<>(aux);
        more.add(address);
        return new PoolUser(
                pool, host, id, range, gateway, guessed, List.copyOf(more), network, leaving, since, unknown);
    }

    public PoolUser withoutAux(IpAddress address) {
        List<IpAddress> fewer = new ArrayList<>(aux);
        fewer.remove(address);
        return new PoolUser(
                pool, host, id, range, gateway, guessed, List.copyOf(fewer), network, leaving, since, unknown);
    }

    public PoolUser withNetwork(String newNetwork) {
        return new PoolUser(
                pool, host, id, range, gateway, guessed, aux, Optional.of(newNetwork), leaving, since, unknown);
    }

    public PoolUser asLeaving() {
        return new PoolUser(pool, host, id, range, gateway, guessed, aux, network, true, since, unknown);
    }
}
