package io.patchbay.e2e.chaos;

import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has happened, line by line with its time. When something is wrong it is told shortened: the faults, what names
 * whom it is about, and the last lines. Thread-safe.
 */
final class Story {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
    private static final int LINES = 4000;
    private static final int TOLD = 100;
    private static final int LAST = 30;

    /** Addresses, and containers by the names that {@link Churn} gives them. */
    private static final Pattern NAMES = Pattern.compile("\\b(10\\.\\d+\\.\\d+\\.\\d+|c\\d+)\\b");

    private static final Pattern FAULT = Pattern.compile("^\\S+ (begins|over|not done): .*");

    private final Deque<String> lines = new ArrayDeque<>();

    synchronized void add(String line) {
        lines.addLast(LocalTime.now(ZoneOffset.UTC).format(TIME) + " " + line);
        if (lines.size() > LINES) {
            lines.removeFirst();
        }
    }

    /** What led to this, in order. */
    synchronized String about(String wrong) {
        Set<String> names = names(wrong);
        List<String> told = new ArrayList<>();
        int left = lines.size();
        for (String line : lines) {
            boolean last = left-- <= LAST;
            if (last || FAULT.matcher(line).matches() || names(line).stream().anyMatch(names::contains)) {
                told.add(line);
            }
        }
        return String.join("\n", told.subList(Math.max(0, told.size() - TOLD), told.size()));
    }

    private static Set<String> names(String text) {
        Set<String> names = new HashSet<>();
        Matcher name = NAMES.matcher(text);
        while (name.find()) {
            names.add(name.group(1));
        }
        return names;
    }
}
