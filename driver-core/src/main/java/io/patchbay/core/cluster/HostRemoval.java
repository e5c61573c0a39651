package io.patchbay.core.cluster;

import io.patchbay.core.cluster.Operations.Forgotten;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.ipam.ClaimEnd;
import io.patchbay.core.ipam.PoolRelease;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.time.TimeSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets a dead host, in transactions each of which holds only while the host is away. Its record goes first: that it is gone tells a host that comes back, even in the
 * middle, that others may have its addresses.
 */
final class HostRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(HostRemoval.class);

    /** Of a transaction's operations, so that the conditions that come beside them fit too. */
    private static final int BATCH = 100;

    private final State state;
    private final String self;
    private final TimeSource time;

    HostRemoval(State state, String self, TimeSource time) {
        this.state = state;
        this.self = self;
        this.time = time;
    }

    /** A record to be deleted at the revision at which it was seen. */
    private record Doomed(String key, long revision) {}

    Forgotten forget(String host) {
        if (host.equals(PoolUser.SWARM)) {
            throw unknown(host);
        }
        refuseIfAlive(host);
        List<List<Doomed>> endpoints = endpointsWithClaims(host);
        List<List<Doomed>> claims = otherClaims(host, endpoints);
        List<PoolUser> users = users(host);
        List<Versioned<NetworkRecord>> networks = state.networks().list(networksPrefix(host));
        List<List<Doomed>> hindrances = hindrances(host);
        boolean recorded = state.hosts().get(Keys.host(host)).isPresent();
        boolean holds =
                Stream.of(endpoints, claims, users, networks, hindrances).anyMatch(held -> !held.isEmpty());
        if (!recorded && !holds) {
            throw unknown(host);
        }
        deleteRecord(host);
        int claimCount = endpoints.stream().mapToInt(unit -> unit.size() - 1).sum() + claims.size();
        deleteAll(host, endpoints);
        deleteAll(host, claims);
        for (PoolUser user : users) {
            releaseUser(user);
        }
        deleteAll(
                host,
                networks.stream()
                        .map(n ->
                                List.of(new Doomed(Keys.network(host, n.value().id()), n.revision())))
                        .toList());
        deleteAll(host, hindrances);
        Forgotten forgotten = new Forgotten(host, claimCount, endpoints.size(), networks.size(), users.size());
        LOG.warn("host forgotten host={} by={} what={}", host, self, forgotten);
        return forgotten;
    }

    private static PatchbayException unknown(String host) {
        return new PatchbayException(Kind.NOT_FOUND, "there is no host \"" + host + "\"; 'patchbay hosts' shows them");
    }

    private static String networksPrefix(String host) {
        return "networks/" + host + "/";
    }

    private void refuseIfAlive(String host) {
        if (host.equals(self)) {
            throw new PatchbayException(
                    Kind.CONFLICT, "host \"" + host + "\" is this host itself; have it forgotten by another one");
        }
        if (state.alive().get(Keys.alive(host)).isPresent()) {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "host \"" + host
                            + "\" is alive; stop its daemon first, and wait until 'patchbay hosts' shows it dead");
        }
    }

    private Transaction.Builder whileAway(String host) {
        return Transaction.builder().ifAbsent(Keys.alive(host));
    }

    private void deleteRecord(String host) {
        String key = Keys.host(host);
        state.settle("host " + host, () -> {
            refuseIfAlive(host);
            return state.commit(whileAway(host)
                            .ifRevision(key, state.hosts().revision(key))
                            .delete(key)
                            .build())
                    ? Optional.of(true)
                    : Optional.empty();
        });
    }

    /** Each endpoint with the claims that are bound to it: they go together, or a host that comes back would find half of them. */
    private List<List<Doomed>> endpointsWithClaims(String host) {
        List<List<Doomed>> units = new ArrayList<>();
        List<Versioned<Claim>> claims = claims(host);
        for (Versioned<EndpointRecord> endpoint : state.endpoints().list(Keys.endpoints(host))) {
            String id = endpoint.value().id();
            List<Doomed> unit = new ArrayList<>();
            unit.add(new Doomed(Keys.endpoint(host, id), endpoint.revision()));
            claims.stream()
                    .filter(c -> c.value().endpoint().filter(id::equals).isPresent())
                    .forEach(c -> unit.add(new Doomed(Keys.claim(c.value()), c.revision())));
            units.add(unit);
        }
        return units;
    }

    private List<List<Doomed>> otherClaims(String host, List<List<Doomed>> endpoints) {
        Set<String> bound = new HashSet<>();
        endpoints.forEach(unit -> unit.forEach(doomed -> bound.add(doomed.key())));
        return claims(host).stream()
                .map(c -> new Doomed(Keys.claim(c.value()), c.revision()))
                .filter(doomed -> !bound.contains(doomed.key()))
                .map(List::of)
                .toList();
    }

    /** Gateway and aux addresses are not one host's; they go with the pool's users. */
    private List<Versioned<Claim>> claims(String host) {
        return state.claims().list("claims/").stream()
                .filter(c -> c.value().host().equals(host)
                        && c.value().kind() != Claim.Kind.GATEWAY
                        && c.value().kind() != Claim.Kind.AUX)
                .toList();
    }

    private List<List<Doomed>> hindrances(String host) {
        return state.hindrances().list(Keys.hindrances(host)).stream()
                .map(h -> List.of(new Doomed(Keys.hindrance(host, h.value().name()), h.revision())))
                .toList();
    }

    private List<PoolUser> users(String host) {
        return state.users().list("pools/").stream()
                .map(Versioned::value)
                .filter(user -> user.host().equals(host))
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

    /** What another operator, or a daemon that frees dead hosts' addresses, has deleted meanwhile is no conflict worth a word. */
    private void delete(String host, List<Doomed> batch) {
        state.settle("what host " + host + " held", () -> {
            refuseIfAlive(host);
            Transaction.Builder transaction = whileAway(host);
            batch.stream().filter(this::isUnchanged).forEach(doomed -> {
                transaction.ifRevision(doomed.key(), doomed.revision());
                end(doomed.key(), transaction);
            });
            return state.commit(transaction.build()) ? Optional.of(true) : Optional.empty();
        });
    }

    private void end(String key, Transaction.Builder transaction) {
        state.claims()
                .get(key)
                .ifPresentOrElse(
                        claim -> ClaimEnd.end(state, claim.value(), time.now(), transaction),
                        () -> transaction.delete(key));
    }

    private boolean isUnchanged(Doomed doomed) {
        return doomed.revision() == state.claims().revision(doomed.key())
                || doomed.revision() == state.endpoints().revision(doomed.key())
                || doomed.revision() == state.networks().revision(doomed.key())
                || doomed.revision() == state.hindrances().revision(doomed.key());
    }

    private void releaseUser(PoolUser user) {
        state.settle("pool " + user.pool().spoken(), () -> {
            refuseIfAlive(user.host());
            return PoolRelease.once(state, user.pool(), user.host(), user.id(), whileAway(user.host()));
        });
    }
}
