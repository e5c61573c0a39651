package io.patchbay.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void columnsAreAlignedNumbersToTheRightAndNothingIsADash() {
        TextTable table = new TextTable(List.of("NAME", "SIZE", "NOTE"));
        table.add(List.of("a", "5", ""));
        table.add(List.of("longer", "1000", "x"));
        assertThat(table.render()).isEqualTo("""
                        NAME    SIZE  NOTE
                        a          5  -
                        longer  1000  x
                        """);
    }

    @Test
    void withoutRowsTheHeadingIsThere() {
        assertThat(new TextTable(List.of("A", "B")).render()).isEqualTo("A  B\n");
    }

    @Test
    void aRowOfAnotherWidthIsADefect() {
        TextTable table = new TextTable(List.of("A", "B"));
        assertThatThrownBy(() -> table.add(List.of("1"))).hasMessageContaining("1 cells does not fit 2 columns");
    }
}
