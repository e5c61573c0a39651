package io.patchbay.daemon.uplink.persist;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A line of {@code interfaces(5)}, with those it is continued by.
 *
 * @param text as it stands there, without the last line's end
 * @param ofStanza the interface whose stanza it is in, the stanza's first line too; else empty
 */
record InterfacesLine(String text, List<String> words, String ofStanza) {
    private static final Set<String> ENDING = Set.of(
            "iface",
            "mapping",
            "auto",
            "source",
            "source-directory",
            "no-auto-down",
            "no-scripts",
            "template",
            "rename");

    InterfacesLine {
        words = List.copyOf(words);
    }

    /** All lines of a file. */
    static List<InterfacesLine> parse(String text) {
        List<InterfacesLine> lines = new ArrayList<>();
        String stanza = "";
        StringBuilder begun = new StringBuilder();
        for (String raw : text.split("\n", -1)) {
            begun.append(raw);
            boolean comment = begun.toString().strip().startsWith("#");
            if (raw.endsWith("\\") && !comment) {
                begun.append('\n');
                continue;
            }
            String whole = begun.toString();
            begun.setLength(0);
            List<String> words = comment || whole.isBlank()
                    ? List.of()
                    : List.of(whole.replace("\\\n", " ").strip().split("\\s+", -1));
            if (!words.isEmpty()
                    && (ENDING.contains(words.get(0)) || words.get(0).startsWith("allow-"))) {
                stanza = words.get(0).equals("iface") && words.size() > 1 ? words.get(1) : "";
            }
            lines.add(new InterfacesLine(whole, words, words.isEmpty() ? "" : stanza));
        }
        return lines;
    }

    boolean begins(String word) {
        return word(0).equals(word);
    }

    /** Empty where there are not so many. */
    String word(int at) {
        return at < words.size() ? words.get(at) : "";
    }
}
