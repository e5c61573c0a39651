package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.ipam.PickOrder.Proposal;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.State;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The way to some address of a range, for a container of this host and for a swarm's leader alike; what is proposed,
 * and how it is claimed, is theirs to say.
 */
final class DynamicAllocation {
    private final State state;
    private final Spares spares;

    DynamicAllocation(State state, Spares spares) {
        this.state = state;
        this.spares = spares;
    }

    /**
     * Tries what is proposed until one is had; where nothing is left a spare of another host is asked for, the store is
     * looked at once more, and then what stopped containers asked for by name, see {@link AddressPicker#proposeFixed}.
     */
    IpAddress of(
            PoolUser user,
            AddressPicker picker,
            Machines.OfPool machines,
            Function<Decision, Optional<Proposal>> propose,
            BiConsumer<Decision, Proposal> take) {
        PoolName name = user.pool();
        AtomicBoolean lookedAgain = new AtomicBoolean();
        return state.decide("pool " + name.describe(), d -> {
            Optional<Proposal> proposal = propose.apply(d)
                    .or(() -> lookedAgain.get()
                            ? picker.proposeFixed(user.range(), machines.and(state.reserved(name)))
                            : Optional.empty());
            if (proposal.isPresent()) {
                IpAddress address = proposal.get().address();
                d.whenOver(done -> picker.settled(address));
                take.accept(d, proposal.get());
                return address;
            }
            if (!spares.freeOne(name, user.range())) {
                if (lookedAgain.getAndSet(true)) {
                    throw ClaimRefusals.exhausted(
                            state, user, machines.count(user.range()), picker.quarantined(user.range()));
                }
                // somebody may have let one go that the watch has not told of yet
                state.refreshClaims(name);
            }
            throw d.asConflict();
        });
    }
}
