package io.patchbay.core.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What CONTRIBUTING.md says of style and no compiler checks. */
class TidyTest {
    private static final int LONGEST_METHOD = 40;
    private static final int LONGEST_FILE = 400;
    private static final int WIDEST_LINE = 120;

    private static final Checkout CHECKOUT = Checkout.here();
    private static final Map<String, String> JAVA = texts(file -> file.endsWith(".java"));
    private static final List<JavaSource> SOURCES = JavaSource.parse(JAVA);

    private static Map<String, String> texts(Predicate<String> wanted) {
        Map<String, String> texts = new TreeMap<>();
        CHECKOUT.files(wanted).forEach(file -> texts.put(file, CHECKOUT.text(file)));
        return texts;
    }

    @Test
    void aMethodHasAtMostFortyLines() {
        List<String> tooLong = new ArrayList<>();
        for (JavaSource source : SOURCES) {
            for (JavaSource.Method method : source.methods()) {
                if (method.lines() > LONGEST_METHOD) {
                    tooLong.add(source.file() + ":" + method.line() + " " + method.name() + " has " + method.lines());
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void aFunctionOfCHasAtMostFortyLines() {
        List<String> tooLong = new ArrayList<>();
        texts(file -> file.endsWith(".c")).forEach((file, text) -> {
            List<String> lines = text.lines().toList();
            int begun = 0;
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).equals("{")) {
                    begun = i;
                } else if (lines.get(i).equals("}") && i - begun + 1 > LONGEST_METHOD) {
                    tooLong.add(file + ":" + begun + " has " + (i - begun + 1));
                }
            }
        });
        assertThat(tooLong).isEmpty();
    }

    @Test
    void aFileHasAtMostFourHundredLines() {
        List<String> tooLong = new ArrayList<>();
        texts(TidyTest::isCode).forEach((file, text) -> {
            long lines = text.lines().count();
            if (lines > LONGEST_FILE) {
                tooLong.add(file + " has " + lines);
            }
        });
        assertThat(tooLong).isEmpty();
    }

    private static boolean isCode(String file) {
        return file.endsWith(".java") || file.endsWith(".c") || file.endsWith(".h") || CHECKOUT.isShell(file);
    }

    @Test
    void aLineHasAtMostAHundredAndTwentyColumns() {
        List<String> tooWide = new ArrayList<>();
        texts(file -> isCode(file) || file.endsWith(".md")).forEach((file, text) -> {
            boolean markdown = file.endsWith(".md");
            boolean block = false;
            int number = 0;
            for (String line : text.lines().toList()) {
                number++;
                block ^= markdown && line.startsWith("```");
                boolean free = markdown && (block || line.startsWith("|") || isOneWord(line));
                if (!free && columns(line) > WIDEST_LINE) {
                    tooWide.add(file + ":" + number + " has " + columns(line));
                }
            }
        });
        assertThat(tooWide).isEmpty();
    }

    /** A link, for instance: nothing in it where a line could end. */
    private static boolean isOneWord(String line) {
        return line.strip().replaceAll("\\[[^]]*]\\([^)]*\\)|`[^`]*`", "x").length() <= WIDEST_LINE / 2;
    }

    private static int columns(String line) {
        int columns = 0;
        for (int at = 0; at < line.length(); at++) {
            columns += line.charAt(at) == '\t' ? 8 - columns % 8 : 1;
        }
        return columns;
    }

    /** Found by their names alone: one that has a name in common with something that is used is not found. */
    @Test
    void whatOthersMaySeeIsNamedSomewhere() {
        Map<String, Integer> named = new HashMap<>();
        JAVA.values().forEach(text -> words(withoutComments(text)).forEach(word -> named.merge(word, 1, Integer::sum)));
        Map<String, Integer> declared = new HashMap<>();
        SOURCES.forEach(source -> source.members().forEach(m -> declared.merge(m.name(), 1, Integer::sum)));
        Set<String> dead = new TreeSet<>();
        for (JavaSource source : SOURCES) {
            for (JavaSource.Member member : source.members()) {
                boolean alone = named.getOrDefault(member.name(), 0) <= declared.getOrDefault(member.name(), 0);
                if (alone && member.open() && !member.called() && isMain(source.file()) && !isEntry(member)) {
                    dead.add(member.owner() + "." + member.name() + " of " + source.file());
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    private static boolean isMain(String file) {
        return file.contains("/src/main/");
    }

    /** Named by who starts the program, or by a list of services. */
    private static boolean isEntry(JavaSource.Member member) {
        return member.name().equals("main")
                || texts(file -> file.contains("META-INF/services/")).values().stream()
                        .anyMatch(text -> text.strip().endsWith("." + member.name()));
    }

    private static String withoutComments(String text) {
        return text.replaceAll("(?s)/\\*.*?\\*/", " ").replaceAll("(?m)^\\s*//.*$", " ");
    }

    private static List<String> words(String text) {
        return Pattern.compile("\\w+")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void documentsNameWhatThereIs() {
        Map<String, Set<String>> members = new HashMap<>();
        for (JavaSource source : SOURCES) {
            source.members()
                    .forEach(m -> members.computeIfAbsent(m.owner(), o -> new HashSet<>())
                            .add(m.name()));
        }
        List<String> unknown = new ArrayList<>();
        texts(TidyTest::isCurrentDocument).forEach((file, text) -> {
            Matcher name = Pattern.compile("`(?:[\\w/]*/)?([A-Z]\\w*)\\.([a-z]\\w*)(?=[`(.])")
                    .matcher(text);
            while (name.find()) {
                Set<String> known = members.getOrDefault(name.group(1), Set.of());
                if (!known.contains(name.group(2)) && !name.group(2).matches("java|md|c|sh|json")) {
                    unknown.add(file + " names " + name.group(1) + "." + name.group(2));
                }
            }
        });
        assertThat(unknown).isEmpty();
    }

    /** Decisions and the log of changes are of their time. */
    private static boolean isCurrentDocument(String file) {
        return file.endsWith(".md") && !file.startsWith("docs/adr/") && !file.equals("CHANGELOG.md");
    }
}
