package io.patchbay.daemon.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time as a person types it. */
final class Moment {
    /** What it may look like. */
    static final String FORMS =
            "14:30 (today), \"2026-01-31 14:30\", 2026-01-31T14:30:00Z, or 90m, 2h or 3d for so" + " long ago";

    private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

    private Moment() {}

    /** Without a zone it is the clock's; fails with one sentence. */
    static Instant parse(String typed, Clock clock) {
        String text = typed.strip().replace(' ', 'T');
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            return clock.instant().minus(Duration.parse(period(ago.group(1), ago.group(2))));
        }
        List<Function<String, Instant>> forms = List.of(
                t -> OffsetDateTime.parse(t).toInstant(),
                t -> LocalDateTime.parse(t).atZone(clock.getZone()).toInstant(),
                t -> LocalDate.parse(t).atStartOfDay(clock.getZone()).toInstant(),
                t -> LocalTime.parse(t)
                        .atDate(LocalDate.now(clock))
                        .atZone(clock.getZone())
                        .toInstant());
        for (Function<String, Instant> form : forms) {
            try {
                return form.apply(text);
            } catch (DateTimeParseException e) {
                // the next form, then
            }
        }
        throw new IllegalArgumentException("\"" + typed + "\" is no time: give " + FORMS);
    }

    private static String period(String count, String unit) {
        return unit.equals("d") ? "P" + count + "D" : "PT" + count + unit;
    }
}
