package io.patchbay.core.ipam;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import java.time.Instant;
import java.util.Optional;

/** What becomes of a claim on its way between a swarm's leader, who allocated it, and the host that runs the task. */
final class Handover {
    private Handover() {}

    /** What a node's request for exactly this address makes of the leader's claim; empty when it is not the leader's, or not for this network. */
    static Optional<Claim> takenOver(Decision d, Claim claim, PoolUser user, Instant now) {
        if (!(claim.owner() instanceof Owner.OfSwarm leader)) {
            return Optional.empty();
        }
        return user.network()
                // a node may hear of the task before the store tells it of the network
                .flatMap(network -> d.peekOrAsk(Ref.networkOfSwarm(network)))
                .filter(network -> uses(network.value(), claim.pool(), leader.user()))
                .map(network ->
                        claim.movedTo(new Owner.OfHost(user.host(), user.id(), Optional.of(leader.user())), now));
    }

    /** What remains of a claim that a host is done with: the leader's, if it was and still is. */
    static Optional<Claim> remains(Decision d, Claim claim, Instant now) {
        if (claim.leader().isEmpty()) {
            return Optional.empty();
        }
        String user = claim.leader().get();
        // what this host has not heard of yet must not be taken for gone
        if (d.peekOrAsk(Ref.userOfSwarm(claim.pool(), user)).isPresent()) {
            return Optional.of(claim.movedTo(new Owner.OfSwarm(user), now));
        }
        if (d.isAlone()) {
            throw new PatchbayException(
                    Kind.UNAVAILABLE,
                    "address " + claim.address() + " of pool " + claim.pool().spoken()
                            + " was allocated by the swarm's leader, and whether it still is cannot be asked now");
        }
        return Optional.empty();
    }

    /**
     * What a host's release makes of its claim. While the store is away a leader's stays the host's, out of everybody's reach: the leader gets it with the first round of
     * reconciliation after.
     */
    static Claim released(Decision d, Claim claim, Instant now) {
        if (claim.leader().isPresent() && d.isAlone()) {
            return claim.as(new Life.Releasing(claim.life().container()), now);
        }
        return remains(d, claim, now)
                .orElseGet(() ->
                        claim.withoutLeader().as(new Life.Held(claim.life().container()), now));
    }

    /** A host's claim made anew over what it had left behind is the leader's as before. One that was released may be the leader's by now, which only the store knows. */
    static Claim takenAgain(Decision d, Optional<Claim> before, Claim anew) {
        Optional<String> leader =
                before.filter(c -> c.isOf(anew.owner().name())).flatMap(Claim::leader);
        if (leader.isPresent() && d.isAlone()) {
            throw new PatchbayException(
                    Kind.UNAVAILABLE,
                    "address " + anew.address() + " of pool " + anew.pool().spoken()
                            + " is allocated by the swarm's leader, and whether it still is cannot be asked now");
        }
        return anew.ofLeader(leader);
    }

    static boolean uses(NetworkRecord network, PoolName pool, String user) {
        return network.subnets().stream()
                .anyMatch(subnet -> subnet.pool().filter(pool::equals).isPresent()
                        && subnet.user().filter(user::equals).isPresent());
    }
}
