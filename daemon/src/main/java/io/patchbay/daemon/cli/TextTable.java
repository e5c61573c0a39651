package io.patchbay.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Rows of text under a heading, columns aligned by two spaces; columns of numbers to the right. */
final class TextTable {
    private final List<String> heading;
    private final List<List<String>> rows = new ArrayList<>();

    TextTable(List<String> heading) {
        this.heading = List.copyOf(heading);
    }

    /** The table of a list's rows; {@code whole} shows ids in full. */
    static String of(List<Column> columns, Iterable<JsonNode> rows, boolean whole) {
        TextTable table = new TextTable(columns.stream().map(Column::heading).toList());
        for (JsonNode row : rows) {
            table.add(columns.stream().map(column -> column.cell(row, whole)).toList());
        }
        return table.render();
    }

    void add(List<String> row) {
        if (row.size() != heading.size()) {
            throw new IllegalArgumentException(
                    "a row of " + row.size() + " cells does not fit " + heading.size() + " columns");
        }
        rows.add(row.stream()
                .map(cell -> cell.isEmpty() ? "-" : PlainWriter.line(cell))
                .toList());
    }

    String render() {
        int[] widths = new int[heading.size()];
        boolean[] numbers = new boolean[heading.size()];
        for (int i = 0; i < widths.length; i++) {
            int column = i;
            widths[i] = Math.max(
                    heading.get(i).length(),
                    rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0));
            numbers[i] = !rows.isEmpty()
                    && rows.stream().allMatch(r -> r.get(column).matches("\\d+|-"))
                    && rows.stream().anyMatch(r -> !r.get(column).equals("-"));
        }
        StringBuilder text = new StringBuilder();
        line(text, heading, widths, numbers);
        rows.forEach(r -> line(text, r, widths, numbers));
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells, int[] widths, boolean[] numbers) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - cells.get(i).length());
            line.append(numbers[i] ? padding + cells.get(i) : cells.get(i) + padding)
                    .append("  ");
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }
}
