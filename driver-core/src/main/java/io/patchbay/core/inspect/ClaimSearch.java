package io.patchbay.core.inspect;

import io.patchbay.core.inspect.Inspection.FoundClaims;
import io.patchbay.core.record.Claim;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.PriorityQueue;

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
        // the last of those that are first, on top
        PriorityQueue<Claim> first = new PriorityQueue<>(ClaimViews.ORDER.reversed());
        int total = 0;
        for (Versioned<Claim> each : state.peekAll(Refs.claims())) {
            if (fits(each.value())) {
                total++;
                first.add(each.value());
                if (first.size() > most) {
                    first.remove();
                }
            }
        }
        List<Claim> found = new ArrayList<>(first);
        found.sort(ClaimViews.ORDER);
        return new FoundClaims(found.stream().map(c -> ClaimViews.of(state, c)).toList(), total);
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
