package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a swarm's leader allocates in networks of global scope, for services and for tasks on any node. The claim belongs to {@link PoolUser#SWARM}; the node
 * that runs the task asks for the same address, takes the claim over and gives it back: two requests, one claim.
 */
final class SwarmClaims {
    /** A new leader tells everything again within seconds; what it did not tell by then its predecessor never committed. */
    private static final Duration REPLAY = Duration.ofMinutes(10);

    private final State state;
    private final TimeSource time;
    private final Claims claims;
    private final Map<String, Replay> replays = new HashMap<>();

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
        for (Versioned<Claim> claim : state.claims().list(Keys.claims(user.pool()))) {
            if (isOf(claim.value(), user)) {
                untold.add(claim.value().address());
            }
        }
        replays.put(Keys.user(user), new Replay(time.steady(), untold));
    }

    /** It is a new network on a pool that others have, and no replay: nothing will be told again. */
    synchronized void expectNothing(PoolUser user) {
        replays.remove(Keys.user(user));
    }

    private synchronized boolean isReplayed(PoolUser user, IpAddress address) {
        Replay replay = replays.get(Keys.user(user));
        return replay != null && replay.untold().remove(address);
    }

    /** Some address of the user's range. */
    IpAddress any(PoolUser user) {
        AddressPicker picker = claims.pickers().of(user.pool(), user.range(), state);
        return claims.some()
                .of(
                        user,
                        picker,
                        () -> picker.proposeRested(user.range(), state.reserved(user.pool())),
                        proposal -> commit(user, proposal.address(), proposal.revision()));
    }

    /** Exactly this one: a {@code --ip}, or what a new leader tells again. */
    IpAddress exactly(PoolUser user, IpAddress address) {
        String key = Keys.claim(user.pool(), address);
        boolean replayed = isReplayed(user, address);
        return state.settle("address " + address + " of pool " + user.pool().spoken(), () -> {
            state.claims().get(key).filter(c -> c.value().is(Claim.State.SPARE)).ifPresent(claims::clearSpare);
            Optional<Versioned<Claim>> present = state.claims().get(key);
            if (present.isPresent() && replayed && isOf(present.get().value(), user)) {
                return Optional.of(address);
            }
            if (present.isPresent()
                    && !present.get().value().is(Claim.State.HELD)
                    && !present.get().value().is(Claim.State.SPARE)) {
                throw new PatchbayException(
                        Kind.CONFLICT, Refusals.describe(present.get().value()));
            }
            return commit(user, address, present.map(Versioned::revision).orElse(0L))
                    ? Optional.of(address)
                    : Optional.empty();
        });
    }

    private boolean commit(PoolUser user, IpAddress address, long revision) {
        Claim claim = new Claim(
                user.pool(),
                address,
                Claim.Kind.ENDPOINT,
                Claim.State.PENDING,
                PoolUser.SWARM,
                user.id(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                time.now(),
                Map.of());
        String key = Keys.claim(claim);
        return state.commit(Transaction.builder()
                .ifRevision(key, revision)
                .ifPresent(Keys.user(user))
                .put(key, state.claims().encode(claim))
                .build());
    }

    /** The leader gives an address back; one that a node has goes when the node gives it back. */
    void release(PoolUser user, IpAddress address) {
        String key = Keys.claim(user.pool(), address);
        state.settle("address " + address + " of pool " + user.pool().spoken(), () -> {
            Optional<Versioned<Claim>> present = state.claims().get(key);
            if (present.isEmpty() || !isOf(present.get().value(), user)) {
                return Optional.of(false);
            }
            return letGo(present.get()) ? Optional.of(true) : Optional.empty();
        });
    }

    /** All that was allocated through the user: its pool is given back. */
    void releaseAll(PoolUser user) {
        for (Versioned<Claim> claim : state.claims().list(Keys.claims(user.pool()))) {
            if (isOf(claim.value(), user)) {
                release(user, claim.value().address());
            }
        }
        synchronized (this) {
            replays.remove(Keys.user(user));
        }
    }

    private boolean letGo(Versioned<Claim> claim) {
        String key = Keys.claim(claim.value());
        Transaction.Builder transaction = Transaction.builder().ifRevision(key, claim.revision());
        if (claim.value().swarm().isPresent()) {
            transaction.put(key, state.claims().encode(claim.value().withoutSwarm()));
        } else {
            transaction.delete(key);
        }
        return state.commit(transaction.build());
    }

    /** Ends what a leader allocated and never committed: its successor did not tell of it. What a node has is not touched. */
    void sweep() {
        Map<String, Replay> over = new HashMap<>();
        synchronized (this) {
            replays.forEach((key, replay) -> {
                if (time.steady().minus(replay.since()).compareTo(REPLAY) >= 0) {
                    over.put(key, replay);
                }
            });
            replays.keySet().removeAll(over.keySet());
        }
        over.forEach((key, replay) -> state.users()
                .get(key)
                .ifPresent(user -> replay.untold().stream()
                        .flatMap(address ->
                                state.claims().get(Keys.claim(user.value().pool(), address)).stream())
                        .filter(claim -> isOf(claim.value(), user.value())
                                && claim.value().swarm().isEmpty())
                        .forEach(this::letGo)));
    }

    private static boolean isOf(Claim claim, PoolUser user) {
        boolean unused = claim.host().equals(PoolUser.SWARM) && claim.user().equals(user.id());
        boolean used = claim.swarm().filter(user.id()::equals).isPresent();
        return claim.kind() == Claim.Kind.ENDPOINT && (unused || used);
    }
}
