package io.patchbay.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void columnsAreAlignedNumbersToTheRightAndNothingIsADash() {
        TextTable table = new TextTable(List.of("NAME", "SIZE", "NOTE"));
        table.add(List.of("a", "5", ""));
        table.add(List.of("longer", "1000", "x"));
        assertThat(table.render(0)).isEqualTo("""
                        NAME    SIZE  NOTE
                        a          5  -
                        longer  1000  x
                        """);
    }

    @Test
    void aCellIsOneLineAndNoOrderToTheTerminal() {
        TextTable table = new TextTable(List.of("NOTE"));
        table.add(List.of("a\n\033[2Jb\u202e"));
        assertThat(table.render(0)).isEqualTo("NOTE\na\\u000a\\u001b[2Jb\\u202e\n");
    }

    @Test
    void whatIsPrintedHasNoOrdersToTheTerminal() {
        StringWriter printed = new StringWriter();
        PrintWriter out = new PrintWriter(new PlainWriter(printed));
        out.print("one\ttwo\n\033]0;title\007\u009b31m\n");
        out.write('\033');
        out.flush();
        assertThat(printed.toString()).isEqualTo("one\ttwo\n\\u001b]0;title\\u0007\\u009b31m\n\\u001b");
    }

    @Test
    void withoutRowsTheHeadingIsThere() {
        assertThat(new TextTable(List.of("A", "B")).render(0)).isEqualTo("A  B\n");
    }

    @Test
    void whatIsTooWideForTheTerminalGoesOnInTheNextLine() {
        TextTable table = new TextTable(List.of("HOST", "RANGES", "WHAT"));
        table.add(List.of("h1", "10.77.0.0/24,10.78.0.0/24", "eth0 is down, and nothing reaches the LAN"));
        table.add(List.of("h2", "-", "averyverylongwordwithoutanyblank"));
        assertThat(table.render(40)).isEqualTo("""
                        HOST  RANGES            WHAT
                        h1    10.77.0.0/24,     eth0 is down,
                              10.78.0.0/24      and nothing
                                                reaches the LAN
                        h2    -                 averyverylongwor
                                                dwithoutanyblank
                        """);
        assertThat(table.render(0)).isEqualTo(table.render(500));
    }

    @Test
    void aRowOfAnotherWidthIsADefect() {
        TextTable table = new TextTable(List.of("A", "B"));
        assertThatThrownBy(() -> table.add(List.of("1"))).hasMessageContaining("1 cells does not fit 2 columns");
    }
}
