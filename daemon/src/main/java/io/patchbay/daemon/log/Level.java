package io.patchbay.daemon.log;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How important a line is, the most important first. */
public enum Level {
    ERROR(3),
    WARN(4),
    INFO(6),
    DEBUG(7),
    TRACE(7);

    private final int priority;

    Level(int priority) {
        this.priority = priority;
    }

    /** The level of that name, in lower case; {@link IllegalArgumentException} says which there are. */
    public static Level named(String name) {
        return Stream.of(values())
                .filter(level -> level.lowerCase().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("must be one of "
                        + Stream.of(values()).map(Level::lowerCase).collect(Collectors.joining(", "))));
    }

    private String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The journal's number for it (sd-daemon(3)). */
    int priority() {
        return priority;
    }
}
