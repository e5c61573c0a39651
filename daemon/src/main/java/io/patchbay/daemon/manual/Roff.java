package io.patchbay.daemon.manual;

/** A manual page being written, in the macros of man(7). */
final class Roff {
    private final StringBuilder text = new StringBuilder();

    /** Without a date, for the same build gives the same bytes. */
    Roff(String name, int section, String version) {
        text.append(".TH \"").append(name.toUpperCase(java.util.Locale.ROOT));
        text.append("\" \"").append(section).append("\" \"\" \"Patchbay ").append(version);
        text.append("\" \"Patchbay\"\n.nh\n.ad l\n");
    }

    Roff section(String heading) {
        return macro("SH", heading);
    }

    Roff subsection(String heading) {
        return macro("SS", heading);
    }

    /** Sentences; an empty line divides paragraphs. */
    Roff paragraphs(String sentences) {
        for (String paragraph : sentences.strip().split("\n\n", -1)) {
            text.append(".PP\n").append(escaped(paragraph)).append('\n');
        }
        return this;
    }

    /** A thing in bold, and what is to be said of it. */
    Roff term(String thing, String sentences) {
        text.append(".TP\n.B \"").append(quoted(thing)).append("\"\n").append(escaped(sentences));
        text.append('\n');
        return this;
    }

    /** One line as it is typed. */
    Roff typed(String line) {
        text.append(".PP\n.B \"").append(quoted(line)).append("\"\n");
        return this;
    }

    /** Lines as they are in a file. */
    Roff example(String lines) {
        text.append(".PP\n.EX\n").append(escaped(lines.strip())).append("\n.EE\n");
        return this;
    }

    /** The first section, in the form that mandb(8) reads. */
    Roff name(String names, String sentence) {
        section("NAME");
        text.append(escaped(names)).append(" \\- ").append(escaped(sentence)).append('\n');
        return this;
    }

    private Roff macro(String macro, String heading) {
        text.append('.').append(macro).append(" \"").append(quoted(heading)).append("\"\n");
        return this;
    }

    private static String quoted(String words) {
        return escaped(words).replace("\"", "\\(dq");
    }

    /** Backslashes and dashes as they are typed, and no line that would be taken for a request. */
    private static String escaped(String sentences) {
        return sentences
                .replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("~", "\\(ti")
                .replaceAll("(?m)^([.'])", "\\\\&$1");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
