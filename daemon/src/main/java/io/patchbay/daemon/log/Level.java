package io.patchbay.daemon.log;

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

    /** The journal's number for it (sd-daemon(3)). */
    int priority() {
        return priority;
    }
}
