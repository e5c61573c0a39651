package io.patchbay.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.record.Life.Container;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Who has an address. The record's existence is the claim: it is created only if absent.
 *
 * @param life how far it has come. A swarm's claim is asked for and no more; of a host's, one that a swarm's leader
 *     allocated is asked for, bound or releasing
 * @param since when it came into its life
 */
public record Claim(
        PoolName pool, IpAddress address, Owner owner, Life life, Instant since, Map<String, JsonNode> unknown)
        implements Stored {

    public Claim {
        boolean legal =
                owner.map(host -> host.leader().isEmpty() || mayBeALeaders(life), swarm -> life instanceof Life.Asked);
        if (!legal) {
            throw new IllegalArgumentException("a claim of " + owner + " cannot be " + life);
        }
    }

    private static boolean mayBeALeaders(Life life) {
        return life.map(new Life.Cases<>(
                shared -> false, asked -> true, bound -> true, releasing -> true, held -> false, spare -> false));
    }

    /** A new one. */
    public static Claim of(PoolName pool, IpAddress address, Owner owner, Life life, Instant now) {
        return new Claim(pool, address, owner, life, now, Map.of());
    }

    public static Claim read(Value value) {
        return read(value, PoolName::parse, UnaryOperator.identity());
    }

    /** The same, with the pool that its text means, and with an owner that is equal to the one read. */
    static Claim read(Value value, Function<String, PoolName> pool, UnaryOperator<Owner> owner) {
        Fields f = Fields.of(value);
        return new Claim(
                pool.apply(f.text("pool")),
                IpAddress.parse(f.text("address")),
                owner.apply(Owner.read(f)),
                Life.read(f),
                f.instant("since"),
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
                .put("kind", kind().toUpperCase(Locale.ROOT))
                .put("state", state().toUpperCase(Locale.ROOT))
                .put("host", owner.name())
                .put("user", owner.user())
                .put("endpoint", endpoint())
                .put("mac", life.container().mac())
                .put("container", life.container().name())
                .put("fixed", life.container().fixed())
                .put("wantedBy", life instanceof Life.Spare spare ? spare.wantedBy() : Optional.empty())
                .put("since", since)
                .put("swarm", leader())
                .value();
    }

    /** What it is for: {@code gateway}, {@code aux} or {@code endpoint}. */
    public String kind() {
        return life.kind();
    }

    /** How far it has come, in a word for operators. */
    public String state() {
        return life.state();
    }

    /** The {@link PoolUser} of a swarm's leader that gets it back from the host that has taken it over. */
    public Optional<String> leader() {
        return owner.leader();
    }

    /** The endpoint that has it. */
    public Optional<String> endpoint() {
        return life instanceof Life.Bound bound ? Optional.of(bound.endpoint()) : Optional.empty();
    }

    /** Whether it is for containers, and not a gateway or aux address. */
    public boolean isForContainers() {
        return !(life instanceof Life.Shared);
    }

    /** Whether it is that host's own, for its containers: gateway and aux addresses are all hosts'. */
    public boolean isOf(String host) {
        return isForContainers()
                && owner instanceof Owner.OfHost of
                && of.name().equals(host);
    }

    public boolean isHeld() {
        return life instanceof Life.Held;
    }

    /** Whether it was asked for by name, so that no container gets it that does not name it too. */
    public boolean isFixed() {
        return life.container().fixed();
    }

    public boolean isSpare() {
        return life instanceof Life.Spare;
    }

    /** Whether it is a spare that another host has asked for. */
    public boolean isWanted() {
        return life instanceof Life.Spare spare && spare.wantedBy().isPresent();
    }

    /** The same claim of the same owner, come further. */
    public Claim as(Life newLife, Instant now) {
        return new Claim(pool, address, owner, newLife, now, unknown);
    }

    public Claim boundTo(String newEndpoint, MacAddress newMac, Instant now) {
        Container container =
                new Container(Optional.of(newMac), life.container().name(), isFixed());
        return as(new Life.Bound(newEndpoint, container), now);
    }

    /** The same, as one that was asked for by name; a shared or a spare one stays what it is. */
    public Claim asFixed() {
        Container container =
                new Container(life.container().mac(), life.container().name(), true);
        Life same = life.map(new Life.Cases<Life>(
                shared -> shared,
                asked -> new Life.Asked(container),
                bound -> new Life.Bound(bound.endpoint(), container),
                releasing -> new Life.Releasing(container),
                held -> new Life.Held(container),
                spare -> spare));
        return new Claim(pool, address, owner, same, since, unknown);
    }

    /** The same spare, with the wish of another host to have it. */
    public Claim wantedBy(String newHost) {
        return new Claim(pool, address, owner, new Life.Spare(Optional.of(newHost)), since, unknown);
    }

    /** Asked for anew, by another owner. */
    public Claim movedTo(Owner newOwner, Instant now) {
        return new Claim(pool, address, newOwner, new Life.Asked(Container.UNKNOWN), now, unknown);
    }

    /** The same when its host has that name; a swarm's stays as it is. */
    public Claim onHost(String newHost) {
        Owner own = owner.map(host -> new Owner.OfHost(newHost, host.user(), host.leader()), swarm -> swarm);
        return new Claim(pool, address, own, life, since, unknown);
    }

    /** The leader has given it up: it ends with what this host does. */
    public Claim withoutLeader() {
        return ofLeader(Optional.empty());
    }

    /** The same, allocated through that user of a swarm's leader. */
    public Claim ofLeader(Optional<String> leader) {
        Owner own = owner.map(host -> new Owner.OfHost(host.name(), host.user(), leader), swarm -> swarm);
        return new Claim(pool, address, own, life, since, unknown);
    }
}
