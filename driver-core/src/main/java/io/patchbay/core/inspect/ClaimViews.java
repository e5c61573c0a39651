package io.patchbay.core.inspect;

import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.ipam.ContainerMacs;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.state.State;
import java.util.Optional;

/** A claim as operators see it. */
final class ClaimViews {
    private ClaimViews() {}

    static ClaimView of(State state, Claim c) {
        Optional<String> container = ContainerMacs.endpoint(state, c).flatMap(EndpointRecord::container);
        return new ClaimView(
                c.pool().toString(),
                c.address().toString(),
                c.kind(),
                c.state(),
                Optional.of(c.owner().name()),
                c.endpoint(),
                container.or(c.life().container()::name),
                c.life().container().mac().map(Object::toString),
                c.since().toString());
    }
}
