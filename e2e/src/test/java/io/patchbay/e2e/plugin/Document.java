package io.patchbay.e2e.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** docs/swarm.md as a program: its blocks, and where the sentence before each says that it is run. */
final class Document {
    /** Where the lines of a block are run. */
    enum Place {
        BUILD("on a machine with a jdk"),
        BEFORE_ENABLE("on every node, before the plugin is enabled"),
        IN_TURN("on each node, one after the other"),
        EACH_NODE("on (each|every) node"),
        MANAGER("on a manager"),
        ANY_NODE("on any node"),
        /** The sentence does not say. */
        UNKNOWN("(?!)");

        private final String sentence;

        Place(String sentence) {
            this.sentence = sentence;
        }

        private boolean isIn(String text) {
            return Pattern.compile(sentence).matcher(text).find();
        }
    }

    /** A block: number of its first line, its fence, the heading above, the last sentence before it. */
    record Block(int number, String fence, String heading, String sentence, List<String> lines) {
        private static final Pattern SCOPE = Pattern.compile("scope (local|global)");

        /** True if it says nothing of scopes, or means this one. */
        boolean isFor(String scope) {
            Matcher named = SCOPE.matcher((heading + " " + sentence).toLowerCase(Locale.ROOT));
            return !named.find() || named.group(1).equals(scope);
        }

        /** Not what is only shown. */
        boolean isRun() {
            return !fence.equals("```yaml") && !fence.equals("```text");
        }

        Place place() {
            if (fence.equals("```sh own-host") && sentence.endsWith(":")) {
                String text = sentence.toLowerCase(Locale.ROOT);
                for (Place place : Place.values()) {
                    if (place.isIn(text)) {
                        return place;
                    }
                }
            }
            return Place.UNKNOWN;
        }

        boolean has(String words) {
            return lines.stream().anyMatch(line -> line.contains(words));
        }

        @Override
        public String toString() {
            return "line " + number + ", " + heading.replaceFirst("^#+ ", "") + ": " + lines.get(0)
                    + (lines.size() > 1 ? " ..." : "");
        }
    }

    private final List<String> text;
    private final List<Block> blocks = new ArrayList<>();

    Document(Path file) {
        try {
            this.text = Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        read();
    }

    private void read() {
        String heading = "";
        StringBuilder lead = new StringBuilder();
        boolean blank = false;
        for (int i = 0; i < text.size(); i++) {
            String line = text.get(i);
            if (line.startsWith("```")) {
                int end = i + 1;
                while (!text.get(end).startsWith("```")) {
                    end++;
                }
                String sentence = lead.substring(lead.lastIndexOf(". ") < 0 ? 0 : lead.lastIndexOf(". ") + 2);
                blocks.add(new Block(i + 2, line, heading, sentence, List.copyOf(text.subList(i + 1, end))));
                i = end;
            } else if (line.startsWith("#")) {
                heading = line;
                lead.setLength(0);
            } else if (line.isEmpty()) {
                blank = true;
            } else {
                if (blank) {
                    lead.setLength(0);
                }
                lead.append(lead.isEmpty() ? "" : " ").append(line);
                blank = false;
            }
        }
    }

    /** What is run with this scope, in the document's order. */
    List<Block> blocks(String scope) {
        return blocks.stream()
                .filter(block -> block.isRun() && block.isFor(scope))
                .toList();
    }

    /** What is to be said on every node before the plugin is enabled, wherever in the document it stands. */
    List<String> linesBeforeEnable(String scope) {
        return blocks(scope).stream()
                .filter(block -> block.place() == Place.BEFORE_ENABLE)
                .flatMap(block -> block.lines().stream())
                .toList();
    }

    /** The range of a network, from the line that makes it or its configuration. */
    String range(String network) {
        String range = "([0-9.]+-[0-9.]+)";
        Pattern docker = Pattern.compile("network create .*range[ =]" + range + " " + network + "(-config)?$");
        Pattern patchbay = Pattern.compile("network create " + network + " --swarm .*--range " + range + "$");
        for (String line : text) {
            for (Pattern pattern : List.of(docker, patchbay)) {
                Matcher found = pattern.matcher(line);
                if (found.find()) {
                    return found.group(1);
                }
            }
        }
        throw new AssertionError("the document tells no range of " + network);
    }
}
