package io.patchbay.core.ipam;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Table;
import io.patchbay.core.state.Versioned;
import java.time.Instant;
import java.util.Optional;

/** What becomes of a claim on its way between a swarm's leader, who allocated it, and the host that runs the task. */
final class Handover {
    private Handover() {}

    /** What a node's request for exactly this address makes of the leader's claim; empty when it is not the leader's, or not for this network. */
    static Optional<Claim> takenOver(State state, Claim claim, PoolUser user, Instant now) {
        if (claim.kind() != Claim.Kind.ENDPOINT || !claim.host().equals(PoolUser.SWARM)) {
            return Optional.empty();
        }
        return user.network()
                .map(network -> Keys.network(PoolUser.SWARM, network))
                // a node may hear of the task before the store tells it of the network
                .flatMap(key -> find(state, state.networks(), key))
                .filter(network -> uses(network.value(), claim.pool(), claim.user()))
                .map(network -> claim.movedTo(user.host(), user.id(), Optional.of(claim.user()), now));
    }

    /** What remains of a claim that a host is done with: the leader's, if it was and still is. */
    static Optional<Claim> remains(State state, Claim claim, Instant now) {
        if (claim.swarm().isEmpty()) {
            return Optional.empty();
        }
        String user = claim.swarm().get();
        // what this host has not heard of yet must not be taken for gone
        if (find(state, state.users(), Keys.user(claim.pool(), PoolUser.SWARM, user))
                .isPresent()) {
            return Optional.of(claim.movedTo(PoolUser.SWARM, user, Optional.empty(), now));
        }
        if (state.isAway()) {
            throw new PatchbayException(
                    Kind.UNAVAILABLE,
                    "address " + claim.address() + " of pool " + claim.pool().spoken()
                            + " was allocated by the swarm's leader, and whether it still is cannot be asked now");
        }
        return Optional.empty();
    }

    /** A record that others write; the store is asked before it is taken for absent. */
    private static <T> Optional<Versioned<T>> find(State state, Table<T> table, String key) {
        Optional<Versioned<T>> known = table.get(key);
        if (known.isPresent()) {
            return known;
        }
        state.refresh(key);
        return table.get(key);
    }

    /**
     * What a host's release makes of its claim. While the store is away a leader's stays the host's, out of everybody's reach: the leader gets it with the first round of
     * reconciliation after.
     */
    static Claim released(State state, Claim claim, Instant now) {
        if (claim.swarm().isPresent() && state.isAway()) {
            return claim.unbound(Claim.State.RELEASING, now);
        }
        return remains(state, claim, now).orElseGet(() -> claim.withoutSwarm().unbound(Claim.State.HELD, now));
    }

    /** A host's claim made anew over what it had left behind is the leader's as before. One that was released may be the leader's by now, which only the store knows. */
    static Claim takenAgain(State state, Optional<Claim> before, Claim anew) {
        Optional<String> swarm =
                before.filter(c -> c.host().equals(anew.host())).flatMap(Claim::swarm);
        if (swarm.isPresent() && state.isAway()) {
            throw new PatchbayException(
                    Kind.UNAVAILABLE,
                    "address " + anew.address() + " of pool " + anew.pool().spoken()
                            + " is allocated by the swarm's leader, and whether it still is cannot be asked now");
        }
        return anew.ofSwarm(swarm);
    }

    static boolean uses(NetworkRecord network, PoolName pool, String user) {
        return network.subnets().stream()
                .anyMatch(subnet -> subnet.pool().filter(pool::equals).isPresent()
                        && subnet.user().filter(user::equals).isPresent());
    }
}
