package io.patchbay.core.finding;

/**
 * One thing looked at.
 *
 * @param check a stable short name such as {@code bridge-uplink}
 * @param subject what was looked at, such as {@code br0}
 * @param message what was seen, one sentence
 * @param advice what to do, with the command; empty when all is well
 */
public record Finding(String check, Severity severity, String subject, String message, String advice) {}
