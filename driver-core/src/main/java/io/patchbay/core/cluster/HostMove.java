package io.patchbay.core.cluster;

import io.patchbay.core.cluster.Operations.Renamed;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.ipam.PoolWriter;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Definition;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.MacClaim;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.Stored;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Writes what is kept under one host's name under another, in transactions each of which holds only while the old
 * name's record bears the mark and nobody lives under it.
 */
final class HostMove {
    /** How much is written in one decision, so that the conditions that come beside it fit too. */
    private static final int BATCH = 90;

    /** What others change meanwhile is looked at again. */
    private static final int ROUNDS = 5;

    private final State state;
    private final String from;
    private final String to;
    private int networks;
    private int endpoints;
    private int claims;
    private int poolUsers;

    HostMove(State state, String from, String to) {
        this.state = state;
        this.from = from;
        this.to = to;
    }

    /**
     * A record to be written anew if it is still as it was seen, or ended where nothing becomes of it; what lies under
     * the new name already is what the host has lived with, and stays.
     */
    private record Change(Versioned<? extends Stored> seen, Optional<Stored> moved, Optional<Ref<?>> target) {
        /** One that keeps its key. */
        static Change inPlace(Versioned<? extends Stored> seen, Stored moved) {
            return new Change(seen, Optional.of(moved), Optional.empty());
        }

        int writes() {
            return target.isPresent() ? 2 : 1;
        }
    }

    static boolean isNothingOf(State state, String host) {
        return state.peekAll(Refs.networksOf(host)).isEmpty()
                && state.peekAll(Refs.endpointsOf(host)).isEmpty()
                && claims(state, host).findAny().isEmpty()
                && HostHoldings.macs(state, host).findAny().isEmpty()
                && HostHoldings.users(state, host).isEmpty();
    }

    private static Stream<Versioned<Claim>> claims(State state, String host) {
        return state.peekAll(Refs.claims()).stream()
                .filter(c -> c.value().owner() instanceof Owner.OfHost of
                        && of.name().equals(host));
    }

    /**
     * All but the end of the old name's record. Fails like the store, and when somebody comes under the old name; then
     * it can be run again.
     */
    Renamed run() {
        for (int round = 0; round < ROUNDS && !isDone(); round++) {
            networks += writeAll(networks());
            writeAll(blockers());
            endpoints += writeAll(endpoints());
            claims += writeAll(otherClaims());
            writeAll(otherMacs());
            HostHoldings.users(state, from).forEach(this::moveUser);
            writeAll(definitions());
        }
        if (!isDone()) {
            throw new PatchbayException(Kind.UNAVAILABLE, "others go on changing what host \"" + from + "\" held");
        }
        return new Renamed(from, to, claims, endpoints, networks, poolUsers);
    }

    /** Ends the old name's record, and with it the mark: nobody goes on with it any more. */
    void end() {
        state.change("host " + from, d -> {
            whileOurs(d);
            d.delete(Ref.host(from));
        });
    }

    private boolean isDone() {
        return isNothingOf(state, from) && blockers().isEmpty();
    }

    private void whileOurs(Decision d) {
        boolean marked = d.read(Ref.host(from))
                .flatMap(host -> host.renamedTo())
                .filter(to::equals)
                .isPresent();
        if (!marked || d.peek(Ref.alive(from)).isPresent()) {
            throw new PatchbayException(
                    Kind.CONFLICT, "host \"" + from + "\" is there again, so its name is not left to \"" + to + "\"");
        }
        d.expectAbsent(Ref.alive(from));
    }

    private List<List<Change>> networks() {
        return state.peekAll(Refs.networksOf(from)).stream()
                .map(n -> List.of(new Change(
                        n,
                        Optional.of(n.value().onHost(to)),
                        Optional.of(Ref.network(to, n.value().id())))))
                .toList();
    }

    private List<List<Change>> blockers() {
        return state.peekAll(Refs.blockersOf(from)).stream()
                .map(h -> List.of(new Change(
                        h,
                        Optional.of(h.value().onHost(to)),
                        Optional.of(Ref.blocker(to, h.value().name())))))
                .toList();
    }

    /** Each endpoint with the claims that are bound to it and its MAC's, or who looks in between finds half of them. */
    private List<List<Change>> endpoints() {
        List<List<Change>> units = new ArrayList<>();
        List<Versioned<Claim>> all = claims(state, from).toList();
        List<Versioned<MacClaim>> macs = HostHoldings.macs(state, from).toList();
        for (Versioned<EndpointRecord> endpoint : state.peekAll(Refs.endpointsOf(from))) {
            String id = endpoint.value().id();
            List<Change> unit = new ArrayList<>();
            unit.add(new Change(endpoint, Optional.of(endpoint.value().onHost(to)), Optional.of(Ref.endpoint(to, id))));
            all.stream()
                    .filter(c -> c.value().endpoint().filter(id::equals).isPresent())
                    .forEach(c -> unit.add(of(c)));
            claims += unit.size() - 1;
            macs.stream()
                    .filter(mac -> mac.value().isOf(endpoint.value()))
                    .forEach(mac -> unit.add(Change.inPlace(mac, mac.value().onHost(to))));
            units.add(unit);
        }
        return units;
    }

    private List<List<Change>> otherClaims() {
        return claims(state, from).map(c -> List.of(of(c))).toList();
    }

    private Change of(Versioned<Claim> claim) {
        return Change.inPlace(claim, claim.value().onHost(to));
    }

    /**
     * What has been given back ends. Of an endpoint whose record was lost or cannot be read a container may live: the
     * next round of the new name knows.
     */
    private List<List<Change>> otherMacs() {
        return HostHoldings.macs(state, from)
                .map(mac -> List.of(new Change(
                        mac, mac.value().endpoint().map(id -> mac.value().onHost(to)), Optional.empty())))
                .toList();
    }

    private List<List<Change>> definitions() {
        List<List<Change>> units = new ArrayList<>();
        for (Versioned<Definition> definition : state.peekAll(Refs.definitions())) {
            Definition d = definition.value();
            if (d.host().equals(from) || d.changedBy().equals(from)) {
                units.add(List.of(Change.inPlace(definition, d.renamed(from, to))));
            }
        }
        return units;
    }

    /** Answers how many units there were. */
    private int writeAll(List<List<Change>> units) {
        List<Change> batch = new ArrayList<>();
        int writes = 0;
        for (List<Change> unit : units) {
            int more = unit.stream().mapToInt(Change::writes).sum();
            if (writes + more > BATCH) {
                write(batch);
                batch = new ArrayList<>();
                writes = 0;
            }
            batch.addAll(unit);
            writes += more;
        }
        write(batch);
        return units.size();
    }

    private void write(List<Change> batch) {
        if (batch.isEmpty()) {
            return;
        }
        state.change("what host " + from + " held", d -> {
            whileOurs(d);
            batch.stream().filter(change -> d.isAsSeen(change.seen())).forEach(change -> write(d, change));
        });
    }

    private static void write(Decision d, Change change) {
        d.expect(change.seen());
        if (change.target().isPresent() || change.moved().isEmpty()) {
            d.delete(change.seen().value());
        }
        if (change.target().filter(target -> d.read(target).isPresent()).isEmpty()) {
            change.moved().ifPresent(d::put);
        }
    }

    private void moveUser(PoolUser user) {
        state.change("pool " + user.pool().describe(), d -> {
            whileOurs(d);
            PoolWriter.renameHost(d, user, to);
        });
        poolUsers++;
    }
}
