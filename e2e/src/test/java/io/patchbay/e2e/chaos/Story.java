package io.patchbay.e2e.chaos;

import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;

/** What has happened, line by line with its time; the last lines are told when something is wrong. Thread-safe. */
final class Story {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
    private static final int LINES = 120;

    private final Deque<String> lines = new ArrayDeque<>();

    synchronized void add(String line) {
        lines.addLast(LocalTime.now(ZoneOffset.UTC).format(TIME) + " " + line);
        if (lines.size() > LINES) {
            lines.removeFirst();
        }
    }

    /** The last lines, in order. */
    synchronized String last() {
        return String.join("\n", lines);
    }
}
