package io.patchbay.core.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.patchbay.core.testkit.Seeds;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** It is the library's parser that says what a time is. */
final class TimesTest {
    private static final String LETTERS = "0123456789-:.TZ+ ";

    private static void assertSame(String text) {
        Throwable expected = catchThrowable(() -> Instant.parse(text));
        if (expected == null) {
            assertThat(Times.parse(text)).as(text).isEqualTo(Instant.parse(text));
        } else {
            assertThat(catchThrowable(() -> Times.parse(text))).as(text).hasSameClassAs(expected);
        }
    }

    @Test
    void everyTimeIsReadAsItWasWritten() {
        Seeds.run(2000, random -> {
            Instant time = Instant.ofEpochSecond(
                    random.nextLong(-62_000_000_000L, 250_000_000_000L), random.nextInt(1_000_000_000));
            assertSame(time.toString());
            assertSame(time.truncatedTo(ChronoUnit.MILLIS).toString());
            assertSame(time.truncatedTo(ChronoUnit.SECONDS).toString());
        });
    }

    @Test
    void whatIsNoTimeIsRefusedAndWhatIsOddIsReadAlike() {
        for (String text : new String[] {
            "",
            "Z",
            "some day",
            "2026-02-29T00:00:00Z",
            "2024-02-29T00:00:00Z",
            "2026-11-31T00:00:00Z",
            "2026-11-30T24:00:00Z",
            "2026-11-30T23:59:60Z",
            "2026-11-30T23:59:59.Z",
            "2026-11-30T23:59:59.1234567890Z",
            "2026-11-30T23:59:59z",
            "2026-11-30T23:59:59+01:00",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z"
        }) {
            assertSame(text);
        }
        Seeds.run(5000, random -> {
            StringBuilder text = new StringBuilder("2026-11-30T22:08:21.111Z");
            text.setCharAt(random.nextInt(text.length()), LETTERS.charAt(random.nextInt(LETTERS.length())));
            assertSame(text.toString());
        });
    }
}
