package io.patchbay.core.inspect;

import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.ipam.ContainerMacs;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.state.State;
import java.util.Comparator;
import java.util.Optional;

/** A claim as operators see it. */
final class ClaimViews {
    /** By pool, then by address. */
    static final Comparator<Claim> ORDER = Comparator.comparing(Claim::pool).thenComparing(Claim::address);

    private ClaimViews() {}

    /** What people call the container that has it, or is to have it again. */
    static Optional<String> container(State state, Claim c) {
        return ContainerMacs.endpoint(state, c)
                .flatMap(EndpointRecord::container)
                .or(c.life().container()::name);
    }

    static ClaimView of(State state, Claim c) {
        return new ClaimView(
                c.pool().toString(),
                c.address().toString(),
                c.kind(),
                c.state(),
                Optional.of(c.owner().name()),
                c.endpoint(),
                container(state, c),
                c.life().container().mac().map(Object::toString),
                c.since().toString());
    }
}
