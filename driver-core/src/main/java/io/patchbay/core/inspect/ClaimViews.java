package io.patchbay.core.inspect;

import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.record.Claim;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import java.util.Locale;
import java.util.Optional;

/** A claim as operators see it. */
final class ClaimViews {
    private ClaimViews() {}

    static ClaimView of(State state, Claim c) {
        Optional<String> container = c.endpoint()
                .flatMap(e -> state.peek(Ref.endpoint(c.host(), e)))
                .flatMap(e -> e.value().container());
        return new ClaimView(
                c.pool().toString(),
                c.address().toString(),
                c.kind().name().toLowerCase(Locale.ROOT),
                c.state().name().toLowerCase(Locale.ROOT),
                Optional.of(c.host()),
                c.endpoint(),
                container.or(c::container),
                c.mac().map(Object::toString),
                c.since().toString());
    }
}
