package io.patchbay.api;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.inspect.Inspection;
import io.patchbay.core.inspect.Inspection.StayView;
import io.patchbay.core.inspect.Inspection.StayViewList;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The JSON of who had which address. */
final class HistoryJson {
    private HistoryJson() {}

    /** What {@code /v1/history} answers; {@code query} has the values of the query string by name. */
    static Map<String, Object> of(Inspection inspection, Function<String, @Nullable String> query) {
        String subject = query.apply("of");
        if (subject == null || subject.isBlank()) {
            throw new PatchbayException(
                    PatchbayException.Kind.INVALID, "history is of an address, a container or a MAC: give of=TEXT");
        }
        StayViewList found = inspection.history(subject, moment(query.apply("at")));
        return OperatorViews.object(
                "complete",
                found.complete(),
                "history",
                found.stays().stream().map(HistoryJson::stay).toList());
    }

    private static Optional<Instant> moment(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeParseException e) {
            throw new PatchbayException(
                    PatchbayException.Kind.INVALID, "at \"" + text + "\" is no time such as 2026-01-31T12:00:00Z", e);
        }
    }

    private static Map<String, Object> stay(StayView view) {
        return OperatorViews.object(
                "addresses", view.addresses(),
                "container", view.container(),
                "mac", view.mac(),
                "network", view.network(),
                "host", view.host(),
                "endpoint", view.endpoint(),
                "from", view.from().toString(),
                "to", view.to().map(Instant::toString));
    }
}
