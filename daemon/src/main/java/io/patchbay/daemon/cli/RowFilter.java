package io.patchbay.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which rows of a list are shown, and how, as its flags say. {@code --filter COLUMN=VALUE} keeps rows that have the
 * value there: of a list one of its values, of an address also without its prefix length, of an id also its beginning;
 * {@code *} stands for any text. Several are all to be met. {@code --format TEXT} prints the text for each row, with
 * <code>{{.COLUMN}}</code> replaced, as docker does.
 *
 * <p>A wrong flag is an {@link IllegalArgumentException} with one sentence.
 */
record RowFilter(List<Column> columns) {
    private static final Pattern FIELD = Pattern.compile("\\{\\{\\s*\\.?([\\w-]*)\\s*}}");

    /** Whether a row is shown. */
    Predicate<JsonNode> filter(List<String> wishes) {
        List<Predicate<JsonNode>> all = new ArrayList<>();
        for (String wish : wishes) {
            int sign = wish.indexOf('=');
            if (sign < 0) {
                throw new IllegalArgumentException("--filter \"" + wish + "\" has no =, it is COLUMN=VALUE");
            }
            Column column = column("--filter", wish.substring(0, sign));
            String wanted = wish.substring(sign + 1);
            all.add(row -> column.has(row, wanted));
        }
        return row -> all.stream().allMatch(one -> one.test(row));
    }

    /** The rows as lines; {@code whole} shows ids in full. */
    String lines(String format, List<JsonNode> rows, boolean whole) {
        String text = format.replace("\\t", "\t").replace("\\n", "\n");
        StringBuilder lines = new StringBuilder();
        Matcher field = FIELD.matcher(text);
        // a column that is not there is a mistake also where there is no row
        field.results().forEach(one -> column("--format", one.group(1)));
        for (JsonNode row : rows) {
            lines.append(field.replaceAll(one -> Matcher.quoteReplacement(
                            PlainWriter.line(column("--format", one.group(1)).cell(row, whole)))))
                    .append('\n');
        }
        return lines.toString();
    }

    private Column column(String flag, String name) {
        return columns.stream()
                .filter(c -> c.name().equalsIgnoreCase(name) || c.field().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(flag + ": there is no column \"" + name
                        + "\"; there are " + columns.stream().map(Column::name).collect(Collectors.joining(", "))));
    }
}
