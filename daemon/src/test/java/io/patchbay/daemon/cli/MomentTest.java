package io.patchbay.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MomentTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-02-01T11:00:00Z"), ZoneId.of("Europe/Berlin"));

    @ParameterizedTest
    @CsvSource({
        "14:30, 2026-02-01T13:30:00Z",
        "2026-01-31 14:30, 2026-01-31T13:30:00Z",
        "2026-01-31T14:30:05, 2026-01-31T13:30:05Z",
        "2026-01-31, 2026-01-30T23:00:00Z",
        "2026-01-31T14:30:00Z, 2026-01-31T14:30:00Z",
        "2026-01-31T14:30:00+02:00, 2026-01-31T12:30:00Z",
        "90m, 2026-02-01T09:30:00Z",
        "3d, 2026-01-29T11:00:00Z",
    })
    void aTimeIsReadAsPeopleWriteIt(String typed, String meant) {
        assertThat(Moment.parse(typed, NOON)).isEqualTo(meant);
    }

    @Test
    void whatIsNoneIsRefused() {
        assertThatThrownBy(() -> Moment.parse("25:00", NOON)).hasMessageContaining("\"25:00\" is no time: give");
    }
}
