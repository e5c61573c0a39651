package io.patchbay.core.inspect;

import io.patchbay.core.inspect.Inspection.FoundClaims;
import io.patchbay.core.record.Claim;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A search of claims for what a person types: a part of what is known of one, in any case of letters. */
final class ClaimSearch {
    private final State state;
    private final String text;

    ClaimSearch(State state, String text) {
        this.state = state;
        this.text = text.strip().toLowerCase(Locale.ROOT);
    }

    /** At most so many; of the others only how many there are. */
    FoundClaims first(int most) {
        List<Claim> found = state.peekAll(Refs.claims()).stream()
                .map(Versioned::value)
                .filter(this::fits)
                .sorted(ClaimViews.ORDER)
                .toList();
        return new FoundClaims(
                found.stream().limit(most).map(c -> ClaimViews.of(state, c)).toList(), found.size());
    }

    private boolean fits(Claim c) {
        return text.isEmpty()
                || c.address().toString().startsWith(text)
                || c.life()
                        .container()
                        .mac()
                        .map(Object::toString)
                        .filter(this::begins)
                        .isPresent()
                || has(ClaimViews.container(state, c))
                || has(Optional.of(c.owner().name()))
                || has(Optional.of(c.pool().toString()))
                || c.endpoint().filter(this::begins).isPresent();
    }

    private boolean begins(String part) {
        return part.toLowerCase(Locale.ROOT).startsWith(text);
    }

    private boolean has(Optional<String> part) {
        return part.filter(it -> it.toLowerCase(Locale.ROOT).contains(text)).isPresent();
    }
}
