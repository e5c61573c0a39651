package io.patchbay.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of text under a heading, columns aligned by two spaces; columns of numbers to the right. Where a terminal is not
 * wide enough the widest columns are narrowed, and what does not fit in them goes on in the next line.
 */
final class TextTable {
    /** Narrower no column becomes. */
    private static final int LEAST = 12;

    private static final int GAP = 2;

    private final List<String> heading;
    private final List<List<String>> rows = new ArrayList<>();

    TextTable(List<String> heading) {
        this.heading = List.copyOf(heading);
    }

    /** The table of a list's rows, for a terminal {@code wide}; {@code whole} shows ids in full. */
    static String of(List<Column> columns, Iterable<JsonNode> rows, boolean whole, int wide) {
        TextTable table = new TextTable(columns.stream().map(Column::heading).toList());
        for (JsonNode row : rows) {
            table.add(columns.stream().map(column -> column.cell(row, whole)).toList());
        }
        return table.render(wide);
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

    /** For so many columns of a terminal; 0 is no limit. */
    String render(int columns) {
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
        narrow(widths, columns);
        StringBuilder text = new StringBuilder();
        line(text, heading, widths, numbers);
        rows.forEach(r -> lines(text, r, widths, numbers));
        return text.toString();
    }

    /** Takes from the widest until all fit, or nothing is left to take. */
    private void narrow(int[] widths, int columns) {
        int total = IntStream.of(widths).sum() + GAP * (widths.length - 1);
        while (columns > 0 && total > columns) {
            int widest = -1;
            for (int i = 0; i < widths.length; i++) {
                boolean narrower = widths[i] > Math.max(LEAST, heading.get(i).length());
                if (narrower && (widest < 0 || widths[i] > widths[widest])) {
                    widest = i;
                }
            }
            if (widest < 0) {
                return;
            }
            widths[widest]--;
            total--;
        }
    }

    /** A row, whose cells may each take several lines. */
    private static void lines(StringBuilder text, List<String> cells, int[] widths, boolean[] numbers) {
        List<Deque<String>> parts = new ArrayList<>();
        for (int i = 0; i < widths.length; i++) {
            parts.add(parts(cells.get(i), widths[i]));
        }
        while (parts.stream().anyMatch(part -> !part.isEmpty())) {
            line(
                    text,
                    parts.stream()
                            .map(part -> part.isEmpty() ? "" : part.remove())
                            .toList(),
                    widths,
                    numbers);
        }
    }

    /** What stands in each line: whole words where they fit, and behind a comma a list may be broken. */
    private static Deque<String> parts(String cell, int width) {
        Deque<String> parts = new ArrayDeque<>();
        String rest = cell;
        while (rest.length() > width) {
            int end = Math.max(rest.lastIndexOf(' ', width), rest.lastIndexOf(',', width - 1) + 1);
            end = end <= 0 ? width : end;
            parts.add(rest.substring(0, end).stripTrailing());
            rest = rest.substring(end).stripLeading();
        }
        parts.add(rest);
        return parts;
    }

    private static void line(StringBuilder text, List<String> cells, int[] widths, boolean[] numbers) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - cells.get(i).length());
            line.append(numbers[i] ? padding + cells.get(i) : cells.get(i) + padding)
                    .append(" ".repeat(GAP));
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }
}
