package io.patchbay.core.ipam;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a claim that somebody wishes something of: one function for each wish. They read and write nothing
 * themselves; what they say is carried out by {@link ClaimWriter}. {@code gone} names an endpoint that has just been
 * ended, see {@link Verdict.IfStale}.
 */
final class ClaimLife {
    /** What {@link ClaimLife} says that becomes of an address's claim. */
    sealed interface Verdict {

        /** Nothing is to be written. */
        record Stays() implements Verdict {}

        /** The claim is to be written so. */
        record Becomes(Claim next) implements Verdict {}

        /** The claim is to be deleted. */
        record Ends() implements Verdict {}

        /** The wish is refused, with the sentence that is said. */
        record Refused(PatchbayException.Kind kind, String sentence) implements Verdict {}

        /**
         * It depends on whether an endpoint of this host still lives: while it does, {@code otherwise} holds; when it
         * has been ended, the claim is to be judged again.
         */
        record IfStale(String endpoint, Verdict otherwise) implements Verdict {}

        /** Another host keeps it in reserve and is to be asked to let it go; after that it is to be judged again. */
        record IfLetGo() implements Verdict {}
    }

    /**
     * Of two containers that are given the same {@code --ip} at once, the second must not take the first one's claim.
     */
    private static final Duration JUST_ASKED = Duration.ofSeconds(5);

    private static final Verdict STAYS = new Verdict.Stays();

    private ClaimLife() {}

    /** What a judgement needs besides the claim. Each is asked only where it matters. */
    interface Facts {
        Instant now();

        /** Whether the store is away, so that a swarm's leader cannot be asked. */
        boolean isAlone();

        /** Whether a swarm's leader still has the user that it allocated through. */
        boolean isLeaders(PoolName pool, String user);

        /** Whether a swarm's leader allocated through that user for this network. */
        boolean isForNetwork(String network, PoolName pool, String user);
    }

    /** A host asks for exactly this address, through the user; {@code wanted} is the claim as it would be. */
    static Verdict take(Optional<Claim> present, PoolUser user, Claim wanted, Optional<String> gone, Facts facts) {
        if (present.isEmpty()) {
            return new Verdict.Becomes(wanted);
        }
        Claim claim = present.get();
        if (claim.equals(wanted) || isRepeat(claim, wanted)) {
            return STAYS;
        }
        if (claim.owner() instanceof Owner.OfSwarm leader) {
            return takeOver(claim, leader, user, facts);
        }
        boolean own = claim.isOf(user.host());
        return claim.life()
                .map(new Life.Cases<>(
                        shared -> taken(claim),
                        asked -> own && !isYoung(claim, facts.now()) ? takeAgain(claim, wanted, facts) : taken(claim),
                        bound -> {
                            if (!own) {
                                return taken(claim);
                            }
                            return isGone(bound, gone)
                                    ? takeAgain(claim, wanted, facts)
                                    : new Verdict.IfStale(bound.endpoint(), taken(claim));
                        },
                        releasing -> own ? takeAgain(claim, wanted, facts) : taken(claim),
                        held -> new Verdict.Becomes(wanted),
                        spare -> own ? new Verdict.Becomes(wanted) : new Verdict.IfLetGo()));
    }

    /** The same request again, known by its MAC (only engines that are asked to send one do). */
    private static boolean isRepeat(Claim claim, Claim wanted) {
        return claim.life() instanceof Life.Asked asked
                && claim.isOf(wanted.owner().name())
                && asked.container().mac().isPresent()
                && asked.container().mac().equals(wanted.life().container().mac());
    }

    private static boolean isYoung(Claim claim, Instant now) {
        return Duration.between(claim.since(), now).abs().compareTo(JUST_ASKED) < 0;
    }

    private static boolean isGone(Life.Bound bound, Optional<String> gone) {
        return gone.filter(bound.endpoint()::equals).isPresent();
    }

    /** A node's request for what a leader has allocated: it must be for the network of the node. */
    private static Verdict takeOver(Claim claim, Owner.OfSwarm leader, PoolUser user, Facts facts) {
        return user.network()
                        .filter(network -> facts.isForNetwork(network, claim.pool(), leader.user()))
                        .isPresent()
                ? new Verdict.Becomes(claim.movedTo(
                        new Owner.OfHost(user.host(), user.id(), Optional.of(leader.user())), facts.now()))
                : taken(claim);
    }

    /**
     * A host's claim made anew over what it had left behind is the leader's as before. One that was released may be
     * the leader's by now, which only the store knows.
     */
    private static Verdict takeAgain(Claim claim, Claim wanted, Facts facts) {
        if (claim.leader().isPresent() && facts.isAlone()) {
            return new Verdict.Refused(
                    Kind.UNAVAILABLE,
                    "address " + claim.address() + " of pool " + claim.pool().describe()
                            + " is allocated by the swarm's leader, and whether it still is cannot be asked now");
        }
        return new Verdict.Becomes(wanted.ofLeader(claim.leader()));
    }

    private static Verdict taken(Claim claim) {
        return new Verdict.Refused(Kind.CONFLICT, ClaimRefusals.describe(claim));
    }

    /** What nobody uses is to be had, a spare once its host has let it go. */
    private static Verdict unlessUsed(Optional<Claim> present, Claim wanted, String host) {
        if (present.isEmpty()) {
            return new Verdict.Becomes(wanted);
        }
        Claim claim = present.get();
        return claim.life()
                .map(new Life.Cases<>(
                        shared -> taken(claim),
                        asked -> taken(claim),
                        bound -> taken(claim),
                        releasing -> taken(claim),
                        held -> new Verdict.Becomes(wanted),
                        spare -> claim.isOf(host) ? new Verdict.Becomes(wanted) : new Verdict.IfLetGo()));
    }

    /** A network of the host has it as gateway or aux address, as {@code wanted} says. */
    static Verdict share(Optional<Claim> present, Claim wanted, String host) {
        return present.filter(claim -> claim.life().equals(wanted.life())).isPresent()
                ? STAYS
                : unlessUsed(present, wanted, host);
    }

    /**
     * A swarm's leader, which runs on the host, asks for exactly this address.
     *
     * @param told it is a new leader, who tells again what its predecessor has allocated
     */
    static Verdict allocate(Optional<Claim> present, Claim wanted, boolean told, String host) {
        String user = wanted.owner().user();
        return told && present.filter(claim -> isOfLeader(claim, user)).isPresent()
                ? STAYS
                : unlessUsed(present, wanted, host);
    }

    /** Whether a swarm's leader allocated it through the user, taken over by a host or not. */
    static boolean isOfLeader(Claim claim, String user) {
        return claim.owner()
                .map(
                        host -> host.leader().filter(user::equals).isPresent(),
                        swarm -> swarm.user().equals(user));
    }

    /**
     * An endpoint of a host gets the address: by the claim that was asked for, or by {@code astray}, made on the spot,
     * when that is not there any more (released late by an endpoint that had the address before, or swept).
     */
    static Verdict bind(
            Optional<Claim> present, Claim astray, EndpointRecord endpoint, Optional<String> gone, Instant now) {
        Claim anew = present.filter(Claim::isFixed).isPresent() ? astray.asFixed() : astray;
        Claim claim = present.filter(c -> !c.isHeld()).orElse(anew);
        if (!claim.isOf(endpoint.host())) {
            return taken(claim);
        }
        boolean another = claim.life() instanceof Life.Bound bound
                && !bound.endpoint().equals(endpoint.id())
                && !isGone(bound, gone);
        return another
                ? new Verdict.IfStale(claim.endpoint().orElseThrow(), taken(claim))
                : new Verdict.Becomes(claim.boundTo(endpoint.id(), endpoint.mac(), now));
    }

    /** The endpoint that has it ends, and dockerd's release is to follow. */
    static Claim unbound(Claim claim, Instant now) {
        return claim.as(new Life.Releasing(claim.life().container()), now);
    }

    /**
     * dockerd gives it back. What is bound to an endpoint that lives stays: the release is late, or somebody else's.
     */
    static Verdict release(Optional<Claim> present, PoolUser user, Optional<String> gone, Facts facts) {
        return present.map(claim -> release(claim, user, gone, facts)).orElse(STAYS);
    }

    private static Verdict release(Claim claim, PoolUser user, Optional<String> gone, Facts facts) {
        if (!claim.isOf(user.host()) || !claim.owner().user().equals(user.id())) {
            return STAYS;
        }
        return claim.life()
                .map(new Life.Cases<>(
                        shared -> STAYS,
                        asked -> new Verdict.Becomes(released(claim, facts)),
                        bound -> isGone(bound, gone)
                                ? new Verdict.Becomes(released(claim, facts))
                                : new Verdict.IfStale(bound.endpoint(), STAYS),
                        releasing -> new Verdict.Becomes(released(claim, facts)),
                        held -> STAYS,
                        spare -> STAYS));
    }

    /**
     * What a host's release makes of its claim. While the store is away a leader's stays the host's, out of everybody's
     * reach: the leader gets it with the first round of reconciliation after.
     */
    static Claim released(Claim claim, Facts facts) {
        if (claim.leader().isPresent() && facts.isAlone()) {
            return unbound(claim, facts.now());
        }
        return givenBackToLeader(claim, facts)
                .orElseGet(() ->
                        claim.withoutLeader().as(new Life.Held(claim.life().container()), facts.now()));
    }

    /** A leader's who still has its user. */
    private static Optional<Claim> givenBackToLeader(Claim claim, Facts facts) {
        return claim.leader()
                .filter(user -> facts.isLeaders(claim.pool(), user))
                .map(user -> claim.movedTo(new Owner.OfSwarm(user), facts.now()));
    }

    /**
     * Containers of the host, running or not, name the address; {@code wanted} is the claim as it would be, held.
     * What others have stays theirs.
     */
    static Verdict keep(Optional<Claim> present, Claim wanted, Set<String> containers) {
        if (present.isEmpty()) {
            return new Verdict.Becomes(wanted);
        }
        Claim claim = present.get();
        if (!claim.isOf(wanted.owner().name()) || claim.leader().isPresent()) {
            return STAYS;
        }
        if (claim.isHeld() || claim.isSpare()) {
            boolean same = claim.isFixed()
                    && claim.owner().equals(wanted.owner())
                    && claim.life()
                            .container()
                            .name()
                            .filter(containers::contains)
                            .isPresent();
            return same ? STAYS : new Verdict.Becomes(wanted);
        }
        // whose it is while it is used, its endpoint says
        return claim.isFixed() ? STAYS : new Verdict.Becomes(claim.asFixed());
    }

    /** Its host is done with it, whoever says so: what a leader allocated is the leader's again. */
    static Verdict end(Claim claim, Facts facts) {
        Optional<Claim> again = givenBackToLeader(claim, facts);
        if (again.isPresent()) {
            return new Verdict.Becomes(again.get());
        }
        // what this host has not heard of must not be taken for gone
        if (claim.leader().isPresent() && facts.isAlone()) {
            return new Verdict.Refused(
                    Kind.UNAVAILABLE,
                    "address " + claim.address() + " of pool " + claim.pool().describe()
                            + " was allocated by the swarm's leader, and whether it still is cannot be asked now");
        }
        return new Verdict.Ends();
    }

    /** The leader gives it back; what a node has goes when the node gives it back. */
    static Verdict giveUp(Claim claim, String user) {
        if (!isOfLeader(claim, user)) {
            return STAYS;
        }
        return claim.owner().map(host -> new Verdict.Becomes(claim.withoutLeader()), swarm -> new Verdict.Ends());
    }
}
