package io.patchbay.core.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.record.HostRecord.Left;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostRecordTest {
    private static final Finding FOUND = new Finding("uplink", Severity.FAIL, "br0", "it has none", "give it one");

    private static HostRecord with(Optional<Left> left) {
        return new HostRecord(
                "h1", "m", "b", "1", List.of(), List.of(), Instant.EPOCH, left, Optional.empty(), false, Map.of());
    }

    @Test
    void whatAHostFoundIsReadAsItWasWritten() {
        HostRecord record = with(Optional.of(new Left(List.of(FOUND), Instant.EPOCH)));
        assertThat(HostRecord.read(record.write())).isEqualTo(record);
        assertThat(HostRecord.read(with(Optional.empty()).write()).left()).isEmpty();
    }

    /** Nothing hangs on it, and much on the rest of the record. */
    @ParameterizedTest
    @ValueSource(strings = {"7", "{}", "[7, {\"check\": []}]", "[{\"check\": \"uplink\"}]"})
    void findingsThatCannotBeReadKeepNothingElseFromBeingRead(String findings) {
        String text = new String(with(Optional.empty()).write().bytes(), UTF_8);
        Value spoilt = Value.of(text.replace("\"findings\":[]", "\"findings\":" + findings + ",\"foundAt\":\"x\"")
                .getBytes(UTF_8));
        assertThat(HostRecord.read(spoilt).host()).isEqualTo("h1");
        assertThat(HostRecord.read(spoilt).left()).isEmpty();
    }

    @Test
    void howBadItIsMayBeAWordOfANewerVersion() {
        String text = new String(
                with(Optional.of(new Left(List.of(FOUND), Instant.EPOCH)))
                        .write()
                        .bytes(),
                UTF_8);
        Value newer = Value.of(text.replace("FAIL", "GRAVE").getBytes(UTF_8));
        assertThat(HostRecord.read(newer).left().orElseThrow().findings())
                .extracting(Finding::severity)
                .containsExactly(Severity.WARN);
    }
}
