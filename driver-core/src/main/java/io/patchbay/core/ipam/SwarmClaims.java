package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.Life.Container;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a swarm's leader allocates in networks of global scope, for services and for tasks on any node. The claim is the
 * swarm's; the node that runs the task asks for the same address, takes the claim over and gives it back: two requests,
 * one claim.
 */
final class SwarmClaims {
    /**
     * A new leader tells everything again within seconds; what it did not tell by then its predecessor never committed.
     */
    private static final Duration REPLAY = Duration.ofMinutes(10);

    private final State state;
    private final TimeSource time;
    private final Claims claims;
    private final Map<Ref<PoolUser>, Replay> replays = new HashMap<>();

    /** What was allocated when a leader began to tell it again, by steady time. */
    private record Replay(Duration since, Set<IpAddress> untold) {}

    SwarmClaims(State state, TimeSource time, Claims claims) {
        this.state = state;
        this.time = time;
        this.claims = claims;
    }

    /** A leader asked for a pool that it, or its predecessor, has: it will ask for each address again, once. */
    synchronized void expectReplay(PoolUser user) {
        // its predecessor's last allocations may not have been told by the watch yet
        state.refreshClaims(user.pool());
        Set<IpAddress> untold = new HashSet<>();
        for (Versioned<Claim> claim : state.peekAll(Refs.claimsOf(user.pool()))) {
            if (ClaimLife.isOfLeader(claim.value(), user.id())) {
                untold.add(claim.value().address());
            }
        }
        replays.put(Ref.of(user), new Replay(time.steady(), untold));
    }

    /** It is a new network on a pool that others have, and no replay: nothing will be told again. */
    synchronized void expectNothing(PoolUser user) {
        replays.remove(Ref.of(user));
    }

    private synchronized boolean isReplayed(PoolUser user, IpAddress address) {
        Replay replay = replays.get(Ref.of(user));
        return replay != null && replay.untold().remove(address);
    }

    /** Some address of the user's range. */
    IpAddress any(PoolUser user) {
        AddressPicker picker = claims.pickers().of(user.pool(), user.range(), state);
        Machines.OfPool taken = claims.machines().of(user.pool());
        IpAddress given = claims.allocation()
                .of(
                        user,
                        picker,
                        taken,
                        d -> picker.proposeRested(user.range(), taken.and(state.reserved(user.pool()))),
                        (d, proposal) -> {
                            ClaimWriter.requireUser(d, Ref.of(user), user.pool());
                            ClaimWriter.replace(d, proposal.over(), allocated(user, proposal.address()));
                        });
        claims.neighbours().hasGiven(user, Optional.empty());
        return given;
    }

    /** Exactly this one: a {@code --ip}, or what a new leader tells again. */
    IpAddress exactly(PoolUser user, IpAddress address) {
        Claim wanted = allocated(user, address);
        boolean told = isReplayed(user, address);
        if (!told && state.peek(Ref.of(wanted)).isEmpty()) {
            claims.neighbours().requireFree(user, address);
        }
        state.change("address " + address + " of pool " + user.pool().describe(), d -> {
            ClaimWriter.requireUser(d, Ref.of(user), user.pool());
            claims.writer()
                    .apply(
                            d,
                            Ref.of(wanted),
                            (present, gone) -> ClaimLife.allocate(present, wanted, told, claims.host()));
        });
        return address;
    }

    private Claim allocated(PoolUser user, IpAddress address) {
        return Claim.of(
                user.pool(), address, new Owner.OfSwarm(user.id()), new Life.Asked(Container.UNKNOWN), time.now());
    }

    /** The leader gives an address back; one that a node has goes when the node gives it back. */
    void release(PoolUser user, IpAddress address) {
        state.change(
                "address " + address + " of pool " + user.pool().describe(),
                d -> d.read(Ref.claim(user.pool(), address)).ifPresent(claim -> giveUp(d, claim, user)));
    }

    private static void giveUp(Decision d, Claim claim, PoolUser user) {
        ClaimWriter.write(d, Ref.of(claim), ClaimLife.giveUp(claim, user.id()));
    }

    /** All that was allocated through the user: its pool is given back. */
    void releaseAll(PoolUser user) {
        for (Versioned<Claim> claim : state.peekAll(Refs.claimsOf(user.pool()))) {
            if (ClaimLife.isOfLeader(claim.value(), user.id())) {
                release(user, claim.value().address());
            }
        }
        synchronized (this) {
            replays.remove(Ref.of(user));
        }
    }

    private void giveUp(Versioned<Claim> seen, PoolUser user) {
        boolean unused = state.attempt(d -> {
            d.expect(seen);
            giveUp(d, seen.value(), user);
        });
    }

    /**
     * Ends what a leader allocated and never committed: its successor did not tell of it. What a node has is not
     * touched.
     */
    void sweep() {
        Map<Ref<PoolUser>, Replay> over = new HashMap<>();
        synchronized (this) {
            replays.forEach((user, replay) -> {
                if (time.steady().minus(replay.since()).compareTo(REPLAY) >= 0) {
                    over.put(user, replay);
                }
            });
        }
        Chores.each("the end of a replay of", over.entrySet(), Map.Entry::getKey, one -> {
            state.peek(one.getKey()).ifPresent(user -> endUntold(user.value(), one.getValue()));
            synchronized (this) {
                replays.remove(one.getKey(), one.getValue());
            }
        });
    }

    private void endUntold(PoolUser user, Replay replay) {
        replay.untold().stream()
                .flatMap(address -> state.peek(Ref.claim(user.pool(), address)).stream())
                .filter(claim -> ClaimLife.isOfLeader(claim.value(), user.id())
                        && claim.value().leader().isEmpty())
                .forEach(claim -> giveUp(claim, user));
    }
}
