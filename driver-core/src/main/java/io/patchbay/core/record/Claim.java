package io.patchbay.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Who has an address. The record's existence is the claim: it is created only if absent.
 *
 * @param host the owner; for gateway and aux addresses, which all hosts share, the one that asked first
 * @param user the {@link PoolUser} it was asked through
 * @param endpoint set while bound
 * @param container its name, from engines that tell it (29 on)
 * @param wantedBy host that asks the owner of a spare to let it go
 * @param since when it came into its state
 * @param swarm the {@link PoolUser} through which a swarm's leader allocated it, when this host has taken it over for a task
 */
public record Claim(
        PoolName pool,
        IpAddress address,
        Kind kind,
        State state,
        String host,
        String user,
        Optional<String> endpoint,
        Optional<MacAddress> mac,
        Optional<String> container,
        Optional<String> wantedBy,
        Instant since,
        Optional<String> swarm,
        Map<String, JsonNode> unknown)
        implements Stored {

    /** One that no swarm has to do with. */
    public Claim(
            PoolName pool,
            IpAddress address,
            Kind kind,
            State state,
            String host,
            String user,
            Optional<String> endpoint,
            Optional<MacAddress> mac,
            Optional<String> container,
            Optional<String> wantedBy,
            Instant since,
            Map<String, JsonNode> unknown) {
        this(
                pool,
                address,
                kind,
                state,
                host,
                user,
                endpoint,
                mac,
                container,
                wantedBy,
                since,
                Optional.empty(),
                unknown);
    }

    /** What the address is for. */
    public enum Kind {
        GATEWAY,
        AUX,
        ENDPOINT
    }

    /** How far an endpoint's claim has come; the other kinds are always {@link #BOUND}. */
    public enum State {
        /** Asked for; no endpoint has it yet. Garbage after a while. */
        PENDING,
        /** An endpoint has it. */
        BOUND,
        /** The endpoint is gone; dockerd's release is to follow. Garbage after a while. */
        RELEASING,
        /** Released; its host gets it first, for a minute. */
        HELD,
        /** Claimed beforehand for its host, for the time when the store is away. */
        SPARE
    }

    public static Claim read(Value value) {
        Fields f = Fields.of(value);
        return new Claim(
                PoolName.parse(f.text("pool")),
                IpAddress.parse(f.text("address")),
                Kind.valueOf(f.text("kind")),
                State.valueOf(f.text("state")),
                f.text("host"),
                f.text("user"),
                f.optional("endpoint"),
                f.optional("mac").map(MacAddress::parse),
                f.optional("container"),
                f.optional("wantedBy"),
                Instant.parse(f.text("since")),
                f.optional("swarm"),
                f.unknown());
    }

    @Override
    public String key() {
        return Keys.claim(pool, address);
    }

    @Override
    public Value write() {
        return Fields.with(unknown)
                .put("pool", pool)
                .put("address", address)
                .put("kind", kind)
                .put("state", state)
                .put("host", host)
                .put("user", user)
                .put("endpoint", endpoint)
                .put("mac", mac)
                .put("container", container)
                .put("wantedBy", wantedBy)
                .put("since", since)
                .put("swarm", swarm)
                .value();
    }

    /** The same claim without an endpoint, in another state. */
    public Claim unbound(State newState, Instant now) {
        return new Claim(
                pool,
                address,
                kind,
                newState,
                host,
                user,
                Optional.empty(),
                mac,
                container,
                Optional.empty(),
                now,
                swarm,
                unknown);
    }

    public Claim boundTo(String newEndpoint, MacAddress newMac, Instant now) {
        return new Claim(
                pool,
                address,
                kind,
                State.BOUND,
                host,
                user,
                Optional.of(newEndpoint),
                Optional.of(newMac),
                container,
                Optional.empty(),
                now,
                swarm,
                unknown);
    }

    /** The same spare, with the wish of another host to have it. */
    public Claim wantedBy(String newHost) {
        return new Claim(
                pool,
                address,
                kind,
                state,
                host,
                user,
                endpoint,
                mac,
                container,
                Optional.of(newHost),
                since,
                swarm,
                unknown);
    }

    /** Asked for anew by another owner; {@code from} is who gets it back. */
    public Claim movedTo(String newHost, String newUser, Optional<String> from, Instant now) {
        return new Claim(
                pool,
                address,
                Kind.ENDPOINT,
                State.PENDING,
                newHost,
                newUser,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                now,
                from,
                unknown);
    }

    /** The leader has given it up: it ends with what this host does. */
    public Claim withoutSwarm() {
        return ofSwarm(Optional.empty());
    }

    /** The same, allocated through that user of a swarm's leader. */
    public Claim ofSwarm(Optional<String> newSwarm) {
        return new Claim(
                pool, address, kind, state, host, user, endpoint, mac, container, wantedBy, since, newSwarm, unknown);
    }

    public boolean is(State wanted) {
        return kind == Kind.ENDPOINT && state == wanted;
    }
}
