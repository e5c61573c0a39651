package io.patchbay.core.cluster;

import io.patchbay.core.cluster.Operations.ForgetResult;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.ipam.ClaimEnd;
import io.patchbay.core.ipam.PoolWriter;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.MacClaim;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.Stored;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets a dead host, in transactions each of which holds only while the host is away. Its record goes first: that it
 * is gone tells a host that comes back, even in the middle, that others may have its addresses.
 */
final class HostRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(HostRemoval.class);

    /** How many records end in one decision, so that the conditions that come beside them fit too. */
    private static final int BATCH = 100;

    private final State state;
    private final String self;
    private final TimeSource time;

    HostRemoval(State state, String self, TimeSource time) {
        this.state = state;
        this.self = self;
        this.time = time;
    }

    /** A record to be deleted if it is still as it was seen. */
    private record Doomed(Versioned<? extends Stored> seen) {}

    ForgetResult forget(String host) {
        if (Owner.isSwarm(host)) {
            throw unknown(host);
        }
        refuseIfAlive(host);
        List<List<Doomed>> endpoints = endpointsWithClaims(host);
        List<List<Doomed>> claims = otherClaims(host, endpoints);
        List<List<Doomed>> macs = otherMacs(host);
        List<PoolUser> users = HostHoldings.users(state, host);
        List<Versioned<NetworkRecord>> networks = state.peekAll(Refs.networksOf(host));
        List<List<Doomed>> blockers = blockers(host);
        boolean recorded = state.isThere(Ref.host(host));
        boolean holds =
                Stream.of(endpoints, claims, macs, users, networks, blockers).anyMatch(held -> !held.isEmpty());
        if (!recorded && !holds) {
            throw unknown(host);
        }
        deleteRecord(host);
        int claimCount = endpoints.stream().mapToInt(HostRemoval::claimsIn).sum() + claims.size();
        deleteAll(host, endpoints);
        deleteAll(host, claims);
        deleteAll(host, macs);
        users.forEach(this::releaseUser);
        deleteAll(host, networks.stream().map(n -> List.of(new Doomed(n))).toList());
        deleteAll(host, blockers);
        ForgetResult forgotten = new ForgetResult(host, claimCount, endpoints.size(), networks.size(), users.size());
        LOG.warn("host forgotten host={} by={} what={}", host, self, forgotten);
        return forgotten;
    }

    private static PatchbayException unknown(String host) {
        return new PatchbayException(Kind.NOT_FOUND, "there is no host \"" + host + "\"; 'patchbay hosts' shows them");
    }

    private void refuseIfAlive(String host) {
        if (host.equals(self)) {
            throw new PatchbayException(
                    Kind.CONFLICT, "host \"" + host + "\" is this host itself; have it forgotten by another one");
        }
        if (state.isThere(Ref.alive(host))) {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "host \"" + host
                            + "\" is alive; stop its daemon first, and wait until 'patchbay hosts' shows it dead");
        }
    }

    /** What is decided holds only while the host is away. */
    private void whileAway(Decision d, String host) {
        refuseIfAlive(host);
        d.expectAbsent(Ref.alive(host));
    }

    private void deleteRecord(String host) {
        state.change("host " + host, d -> {
            whileAway(d, host);
            d.read(Ref.host(host));
            d.delete(Ref.host(host));
        });
    }

    /**
     * Each endpoint with the claims that it has: they go together, or a host that comes back would find half
     * of them.
     */
    private List<List<Doomed>> endpointsWithClaims(String host) {
        List<List<Doomed>> units = new ArrayList<>();
        List<Versioned<Claim>> claims = claims(host);
        List<Versioned<MacClaim>> macs = HostHoldings.macs(state, host).toList();
        for (Versioned<EndpointRecord> endpoint : state.peekAll(Refs.endpointsOf(host))) {
            String id = endpoint.value().id();
            List<Doomed> unit = new ArrayList<>();
            unit.add(new Doomed(endpoint));
            claims.stream()
                    .filter(c -> c.value().endpoint().filter(id::equals).isPresent())
                    .forEach(c -> unit.add(new Doomed(c)));
            macs.stream().filter(mac -> mac.value().isOf(endpoint.value())).forEach(mac -> unit.add(new Doomed(mac)));
            units.add(unit);
        }
        return units;
    }

    private static int claimsIn(List<Doomed> unit) {
        return (int) unit.stream()
                .filter(doomed -> doomed.seen().value() instanceof Claim)
                .count();
    }

    /** MAC addresses that it has given back, or that belong to no endpoint any more. */
    private List<List<Doomed>> otherMacs(String host) {
        Set<String> endpoints = state.peekAll(Refs.endpointsOf(host)).stream()
                .map(e -> e.value().id())
                .collect(Collectors.toSet());
        return HostHoldings.macs(state, host)
                .filter(mac ->
                        mac.value().endpoint().filter(endpoints::contains).isEmpty())
                .map(mac -> List.of(new Doomed(mac)))
                .toList();
    }

    private List<List<Doomed>> otherClaims(String host, List<List<Doomed>> endpoints) {
        Set<Ref<Claim>> bound = endpoints.stream()
                .flatMap(unit -> unit.stream().skip(1))
                .map(doomed -> doomed.seen().value())
                .filter(Claim.class::isInstance)
                .map(claim -> Ref.of((Claim) claim))
                .collect(Collectors.toSet());
        return claims(host).stream()
                .filter(c -> !bound.contains(Ref.of(c.value())))
                .map(c -> List.of(new Doomed(c)))
                .toList();
    }

    /** Gateway and aux addresses are not one host's; they go with the pool's users. */
    private List<Versioned<Claim>> claims(String host) {
        return state.peekAll(Refs.claims()).stream()
                .filter(c -> c.value().isOf(host))
                .toList();
    }

    private List<List<Doomed>> blockers(String host) {
        return state.peekAll(Refs.blockersOf(host)).stream()
                .map(h -> List.of(new Doomed(h)))
                .toList();
    }

    private void deleteAll(String host, List<List<Doomed>> units) {
        List<Doomed> batch = new ArrayList<>();
        for (List<Doomed> unit : units) {
            if (batch.size() + unit.size() > BATCH) {
                delete(host, batch);
                batch = new ArrayList<>();
            }
            batch.addAll(unit);
        }
        delete(host, batch);
    }

    /**
     * What another operator, or a daemon that frees dead hosts' addresses, has deleted meanwhile is no conflict worth a
     * word.
     */
    private void delete(String host, List<Doomed> batch) {
        state.change("what host " + host + " held", d -> {
            whileAway(d, host);
            batch.stream().map(Doomed::seen).filter(d::isAsSeen).forEach(seen -> {
                d.expect(seen);
                end(d, seen.value());
            });
            d.confirm();
        });
    }

    private void end(Decision d, Stored record) {
        if (record instanceof Claim claim) {
            ClaimEnd.end(d, claim, time.now());
        } else {
            d.delete(record);
        }
    }

    /** What is in the way of one pool's is not in the way of what the host has else. */
    private void releaseUser(PoolUser user) {
        try {
            state.change("pool " + user.pool().describe(), d -> {
                whileAway(d, user.host());
                PoolWriter.endUser(d, Ref.of(user), user.pool());
            });
        } catch (PatchbayException e) {
            if (e.kind() != Kind.UNREADABLE) {
                throw e;
            }
            LOG.warn("use of a pool not ended host={} pool={} reason=\"{}\"", user.host(), user.pool(), e.getMessage());
        }
    }
}
