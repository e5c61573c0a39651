package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.ipam.PickOrder.Proposal;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses that this host has claimed beforehand, so that containers can be started while the store is away. A
 * spare is its host's until the host lets it go. Another host that needs the very address, or finds nothing else in the
 * range, asks for it and waits a moment.
 */
final class Spares {
    private static final Logger LOG = LoggerFactory.getLogger(Spares.class);

    /** A host that is alive sees the wish and lets go within milliseconds. */
    private static final Duration TIME_TO_LET_GO = Duration.ofSeconds(3);

    /** Of what is left of a range, a host keeps no more than this part aside. */
    private static final BigInteger PART = BigInteger.valueOf(4);

    private final State state;
    private final String host;
    private final Machines machines;
    private final Neighbours neighbours;
    private final int reserve;
    private final TimeSource time;
    private final AddressPickers pickers;
    private final Executor executor;

    /** {@code reserve} is how many are kept for each range this host gives out of; 0 for none. */
    Spares(
            State state,
            String host,
            Machines machines,
            Neighbours neighbours,
            int reserve,
            TimeSource time,
            AddressPickers pickers,
            Executor executor) {
        this.state = state;
        this.host = host;
        this.machines = machines;
        this.neighbours = neighbours;
        this.reserve = reserve;
        this.time = time;
        this.pickers = pickers;
        this.executor = executor;
    }

    int reserve() {
        return reserve;
    }

    /** Lets go what others ask for. */
    void start() {
        state.claims().follow((key, before, after) -> letGo(after));
    }

    private void letGo(@Nullable Versioned<Claim> claim) {
        if (claim == null || !claim.value().isSpare()) {
            return;
        }
        if (claim.value().isOf(host) && claim.value().isWanted()) {
            Chores.begin(executor, "letting a spare go", () -> drop(claim, d -> {}));
        }
    }

    private void drop(Versioned<Claim> spare, Consumer<Decision> on) {
        try {
            boolean unused = state.attempt(d -> {
                on.accept(d);
                ClaimWriter.end(d, spare);
            });
        } catch (PatchbayException e) {
            LOG.debug("spare not let go address={} reason=\"{}\"", spare.value().address(), e.getMessage());
        }
    }

    /** Claims what is missing of the reserve and lets go what is too much; does nothing while the store is away. */
    synchronized void keepUp() {
        Set<AddressRangeOfPool> ranges = new HashSet<>();
        List<PoolUser> users =
                state.peekAll(Refs.users()).stream().map(Versioned::value).toList();
        Chores.each("the reserve of pool user", users, Ref::of, u -> {
            boolean ours = u.host().equals(host) && !u.leaving();
            if (ours && ranges.add(new AddressRangeOfPool(u.pool(), u.range()))) {
                keepUp(u);
            }
        });
        for (Versioned<Claim> claim : state.peekAll(Refs.claims())) {
            Claim c = claim.value();
            boolean stray = c.isSpare()
                    && c.isOf(host)
                    && ranges.stream()
                            .noneMatch(
                                    r -> r.pool().equals(c.pool()) && r.range().contains(c.address()));
            if (stray) {
                drop(claim, Decision::requireOnline);
            }
        }
    }

    private record AddressRangeOfPool(PoolName pool, AddressRange range) {}

    private void keepUp(PoolUser user) {
        AddressPicker picker = pickers.of(user.pool());
        List<Versioned<Claim>> have = picker.spares(user.range(), true);
        BigInteger left = picker.unclaimed(user.range()).add(BigInteger.valueOf(have.size()));
        int wanted = left.divide(PART).min(BigInteger.valueOf(reserve)).intValue();
        for (int i = wanted; i < have.size(); i++) {
            drop(have.get(i), Decision::requireOnline);
        }
        int attempts = wanted * 3;
        Machines.OfPool taken = machines.of(user.pool());
        for (int i = have.size(); i < wanted && attempts > 0; attempts--) {
            i += claimOne(user, picker, taken) ? 1 : 0;
        }
    }

    /** False when another host was faster, something on the LAN has the address, or nothing is left. */
    private boolean claimOne(PoolUser user, AddressPicker picker, Machines.OfPool taken) {
        List<AddressRange> reserved = taken.and(state.reserved(user.pool()));
        Optional<Proposal> proposal = picker.proposeSpare(user.range(), reserved);
        if (proposal.isEmpty()) {
            return false;
        }
        try {
            if (!neighbours.isFree(user, proposal.get().address())) {
                return false;
            }
            Claim spare = Claim.of(
                    user.pool(),
                    proposal.get().address(),
                    new Owner.OfHost(host, user.id()),
                    new Life.Spare(Optional.empty()),
                    time.now());
            return state.attempt(d -> {
                d.requireOnline();
                d.expectPresent(Ref.of(user));
                ClaimWriter.replace(d, Optional.empty(), spare);
            });
        } finally {
            picker.settled(proposal.get().address());
        }
    }

    /** Asks the host that keeps the address aside to let it go; {@code CONFLICT} when it does not within a moment. */
    void askFor(Versioned<Claim> spare) {
        Claim claim = spare.value();
        ask(spare);
        if (!pickers.of(claim.pool()).awaitLetGo(List.of(claim), TIME_TO_LET_GO, time)) {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "address " + claim.address() + " of pool " + claim.pool().describe()
                            + " is kept in reserve by host "
                            + claim.owner().name() + ", which did not let it go within " + TIME_TO_LET_GO.toSeconds()
                            + " s; is it alive?");
        }
    }

    private void ask(Versioned<Claim> spare) {
        boolean unused = state.attempt(
                d -> ClaimWriter.replace(d, Optional.of(spare), spare.value().wantedBy(host)));
    }

    /**
     * When nothing else is left of a range: has another host let one go. False when none keeps any, or none answers.
     */
    boolean freeOne(PoolName pool, AddressRange range) {
        AddressPicker picker = pickers.of(pool);
        Set<String> asked = new HashSet<>();
        List<Claim> hoped = new ArrayList<>();
        for (Versioned<Claim> spare : picker.spares(range, false)) {
            if (asked.add(spare.value().owner().name())) {
                ask(spare);
                hoped.add(spare.value());
            }
        }
        return !hoped.isEmpty() && picker.awaitLetGo(hoped, TIME_TO_LET_GO, time);
    }
}
