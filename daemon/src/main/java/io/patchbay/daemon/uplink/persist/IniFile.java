package io.patchbay.daemon.uplink.persist;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A file of sections with keys and values, in their order, without comments. */
record IniFile(List<Section> sections) {
    IniFile {
        sections = List.copyOf(sections);
    }

    /** A key comes as often as it was said. */
    record Entry(String key, String value) {
        String line() {
            return key + "=" + value;
        }
    }

    /** A section comes as often as it was begun. */
    record Section(String name, List<Entry> entries) {
        Section {
            entries = List.copyOf(entries);
        }

        /** The last value of a key. */
        Optional<String> value(String key) {
            return entries.stream()
                    .filter(entry -> entry.key().equals(key))
                    .map(Entry::value)
                    .reduce((first, last) -> last);
        }

        List<String> lines() {
            return Stream.concat(Stream.of("[" + name + "]"), entries.stream().map(Entry::line))
                    .collect(Collectors.toList());
        }
    }

    /** Reads it; what is neither a section nor a key of one is a reason. */
    static IniFile parse(String path, String text, Reasons reasons) {
        List<Section> sections = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        String name = "";
        for (String raw : text.lines().toList()) {
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            int equals = line.indexOf('=');
            if (line.startsWith("[") && line.endsWith("]")) {
                add(sections, name, entries);
                entries.clear();
                name = line.substring(1, line.length() - 1);
            } else if (name.isEmpty() || equals <= 0 || line.endsWith("\\")) {
                reasons.add(path + " has a line that is not understood: " + line);
            } else {
                entries.add(new Entry(
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).strip()));
            }
        }
        add(sections, name, entries);
        return new IniFile(sections);
    }

    private static void add(List<Section> sections, String name, List<Entry> entries) {
        if (!name.isEmpty()) {
            sections.add(new Section(name, entries));
        }
    }

    /** The last value of a key in all sections of that name. */
    Optional<String> value(String section, String key) {
        return sections.stream()
                .filter(s -> s.name().equals(section))
                .flatMap(s -> s.value(key).stream())
                .reduce((first, last) -> last);
    }

    /** As it is written: a blank line between the sections. */
    String text(List<String> heading) {
        List<String> lines = new ArrayList<>(heading);
        for (Section section : sections) {
            lines.add("");
            lines.addAll(section.lines());
        }
        return String.join("\n", lines).strip() + "\n";
    }
}
