package io.patchbay.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.record.ShortId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A column of a list: its heading, and the field of the daemon's JSON that it shows. Field {@code list/field} is that
 * of each element of a list.
 *
 * @param id whether it is an id, of which the beginning is enough
 */
record Column(String heading, String field, boolean id) {
    /** A column that is called as its field. */
    static Column of(String field) {
        return new Column(field.toUpperCase(Locale.ROOT), field, false);
    }

    static List<Column> of(String... fields) {
        return Stream.of(fields).map(Column::of).toList();
    }

    static Column of(String heading, String field) {
        return new Column(heading, field, false);
    }

    static Column id(String heading, String field) {
        return new Column(heading, field, true);
    }

    /** How a person names it: its heading in small letters, without blanks. */
    String name() {
        return heading.toLowerCase(Locale.ROOT).replace(' ', '-');
    }

    /** What a row has there; {@code whole} shows an id in full. */
    String cell(JsonNode row, boolean whole) {
        String text = String.join(",", values(row));
        return id && !whole ? ShortId.of(text) : text;
    }

    /** The same one by one, where a row has a list there; an absent value is none. */
    List<String> values(JsonNode row) {
        int slash = field.indexOf('/');
        if (slash < 0) {
            return texts(row.path(field));
        }
        return row.path(field.substring(0, slash))
                .valueStream()
                .flatMap(element -> texts(element.path(field.substring(slash + 1))).stream())
                .toList();
    }

    private static List<String> texts(JsonNode value) {
        List<String> texts = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(v -> texts.add(v.isObject() ? reservedRange(v) : v.asText()));
        } else if (value.isBoolean()) {
            texts.add(value.booleanValue() ? "yes" : "no");
        } else if (!value.isNull() && !value.isMissingNode()) {
            texts.add(value.asText());
        }
        return texts;
    }

    /** A reserved range with its note. */
    private static String reservedRange(JsonNode value) {
        String note = value.path("note").asText();
        return value.path("range").asText() + (note.isEmpty() ? "" : " (" + note + ")");
    }

    /** Whether one of a row's values is the wanted text, see {@link RowFilter}. */
    boolean has(JsonNode row, String wanted) {
        return values(row).stream()
                .anyMatch(value -> matches(value, wanted)
                        || matches(value.replaceFirst("/\\d+$", ""), wanted)
                        || (id && !wanted.isEmpty() && value.startsWith(wanted)));
    }

    /** Each {@code *} of {@code wanted} stands for any text. */
    private static boolean matches(String value, String wanted) {
        String[] parts = wanted.split("\\*", -1);
        if (parts.length == 1) {
            return value.equals(wanted);
        }
        String last = parts[parts.length - 1];
        if (!value.startsWith(parts[0]) || value.length() < parts[0].length() + last.length()) {
            return false;
        }
        int at = parts[0].length();
        int end = value.length() - last.length();
        for (int i = 1; i < parts.length - 1; i++) {
            int found = value.indexOf(parts[i], at);
            if (found < 0 || found + parts[i].length() > end) {
                return false;
            }
            at = found + parts[i].length();
        }
        return value.endsWith(last);
    }
}
