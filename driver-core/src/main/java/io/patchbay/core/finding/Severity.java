package io.patchbay.core.finding;

/** How bad a {@link Finding} is, the worst first. */
public enum Severity {
    FAIL,
    WARN,
    OK
}
