package io.patchbay.core.inspect;

import io.patchbay.core.inspect.Inspection.FoundClaims;
import io.patchbay.core.record.Claim;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * A search of claims for what a person types: a part of what is known of one, in any case of letters. It looks at all
 * of them and keeps those that are first; an index would take more memory than the claims have texts. So a look at one
 * makes no new text where none is needed: what cannot be in an address is not looked for there, and pools and owners,
 * of which there are few, are looked at once.
 */
final class ClaimSearch {
    private static final String OF_ADDRESSES = "0123456789abcdef.:";

    private final State state;
    private final String text;
    private final boolean isLikeAddress;
    private final Map<Object, Boolean> known = new HashMap<>();

    ClaimSearch(State state, String text) {
        this.state = state;
        this.text = text.strip().toLowerCase(Locale.ROOT);
        this.isLikeAddress = this.text.chars().allMatch(c -> OF_ADDRESSES.indexOf(c) >= 0);
    }

    /** At most so many; of the others only how many there are. */
    FoundClaims first(int most) {
        // the last of those that are first, on top
        PriorityQueue<Claim> first = new PriorityQueue<>(ClaimViews.ORDER.reversed());
        int total = 0;
        for (Versioned<Claim> each : state.peekAll(Refs.claims())) {
            Claim claim = each.value();
            if (fits(claim)) {
                total++;
                if (first.size() < most) {
                    first.add(claim);
                } else if (most > 0 && ClaimViews.ORDER.compare(claim, first.element()) < 0) {
                    first.remove();
                    first.add(claim);
                }
            }
        }
        List<Claim> found = new ArrayList<>(first);
        found.sort(ClaimViews.ORDER);
        return new FoundClaims(found.stream().map(c -> ClaimViews.of(state, c)).toList(), total);
    }

    private boolean fits(Claim c) {
        return text.isEmpty()
                || known.computeIfAbsent(c.owner(), it -> has(c.owner().name()))
                || known.computeIfAbsent(c.pool(), it -> has(c.pool().toString()))
                || (isLikeAddress && hasNumber(c))
                || c.endpoint().filter(this::begins).isPresent()
                || ClaimViews.container(state, c).filter(this::has).isPresent();
    }

    private boolean hasNumber(Claim c) {
        return c.address().toString().startsWith(text)
                || c.life()
                        .container()
                        .mac()
                        .filter(mac -> begins(mac.toString()))
                        .isPresent();
    }

    private boolean begins(String part) {
        return part.regionMatches(true, 0, text, 0, text.length());
    }

    private boolean has(String part) {
        int last = part.length() - text.length();
        for (int from = 0; from <= last; from++) {
            if (part.regionMatches(true, from, text, 0, text.length())) {
                return true;
            }
        }
        return false;
    }
}
