package io.patchbay.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --filter} and {@code --format}. */
class RowFilterTest {
    private static final RowFilter FILTER = new RowFilter(List.of(
            Column.id("ENDPOINT", "id"),
            Column.of("container"),
            Column.of("LAST SEEN", "lastSeen"),
            Column.of("addresses"),
            Column.of("internal"),
            Column.of("RANGES", "ranges/range")));

    private static JsonNode row() {
        try {
            return new ObjectMapper()
                    .readTree("{'id':'0123456789abcdef','container':'web.1','lastSeen':'12m ago','internal':true,"
                                    .replace('\'', '"')
                            + "\"addresses\":[\"10.77.0.5/24\",\"fd77::5/64\"],"
                            + "\"ranges\":[{\"range\":\"10.77.0.1-10.77.0.9\"},{\"range\":\"fd77::/64\"}]}");
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean shown(String... wishes) {
        return FILTER.filter(List.of(wishes)).test(row());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "container=web.1",
                "CONTAINER=web.1",
                "container=web*",
                "container=*.1",
                "container=*",
                "container=w*b*1",
                "container=web*.1",
                "last-seen=12m ago",
                "lastSeen=12m*",
                "addresses=10.77.0.5",
                "addresses=10.77.0.5/24",
                "addresses=fd77::5",
                "addresses=fd77:*",
                "internal=yes",
                "endpoint=0123456789abcdef",
                "endpoint=0123456",
                "id=*def",
                "ranges=10.77.0.1-10.77.0.9"
            })
    void aRowThatHasItIsShown(String wish) {
        assertThat(shown(wish)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "container=web",
                "container=eb.1",
                "container=web.1*1",
                "container=web*eb.1",
                "container=",
                "container=*x*",
                "container=web.1=",
                "addresses=10.77.0.",
                "addresses=10.77.0.50",
                "internal=no",
                "endpoint=123",
                "endpoint="
            })
    void aRowThatHasNotIsLeftOut(String wish) {
        assertThat(shown(wish)).isFalse();
    }

    @Test
    void allMustHold() {
        assertThat(shown("container=web.1", "internal=yes")).isTrue();
        assertThat(shown("container=web.1", "internal=no")).isFalse();
        assertThat(shown()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'{{.Container}} {{.ADDRESSES}}', 'web.1 10.77.0.5/24,fd77::5/64'",
        "'{{ .last-seen }}|{{container}}', '12m ago|web.1'",
        "'{{.endpoint}}\\t{{.internal}}', '0123456789ab\tyes'",
        "'$1 \\ no {{', '$1 \\ no {{'"
    })
    void aRowIsPrintedAsWanted(String format, String line) {
        assertThat(FILTER.lines(format, List.of(row(), row()), false)).isEqualTo(line + "\n" + line + "\n");
    }

    @Test
    void anIdIsWholeIfWanted() {
        assertThat(FILTER.lines("{{.id}}", List.of(row()), true)).isEqualTo("0123456789abcdef\n");
    }

    @Test
    void aMistakeIsOneSentence() {
        assertThatThrownBy(() -> FILTER.filter(List.of("container")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--filter \"container\" has no =, it is COLUMN=VALUE");
        assertThatThrownBy(() -> FILTER.filter(List.of("name=web")))
                .hasMessage("--filter: there is no column \"name\"; there are endpoint, container, last-seen,"
                        + " addresses, internal, ranges");
        assertThatThrownBy(() -> FILTER.lines("{{.Name}}", List.of(), false))
                .hasMessageStartingWith("--format: there is no column \"Name\"; there are endpoint, ");
    }
}
