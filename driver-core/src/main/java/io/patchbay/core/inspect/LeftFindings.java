package io.patchbay.core.inspect;

import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.record.HostRecord.Left;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What this host leaves in the store for {@code doctor --all} on another one: what is not as it should be, and that
 * anew only when something else is found. What changes in a sentence alone, as a number that grows, is told every ten
 * minutes.
 */
final class LeftFindings {
    /** Whoever has more of them looks on the host itself. */
    private static final int MOST = 32;

    private static final int LONGEST = 600;
    private static final Duration TOLD_ANEW = Duration.ofMinutes(10);

    private final Supplier<List<Finding>> findings;
    private final TimeSource time;
    private volatile Optional<Left> left = Optional.empty();
    private Duration told = Duration.ZERO;

    LeftFindings(Supplier<List<Finding>> findings, TimeSource time) {
        this.findings = findings;
        this.time = time;
    }

    /** Looks; call it every minute. Whether there is something to be told anew. */
    synchronized boolean look() {
        List<Finding> now = findings.get().stream()
                .filter(f -> f.severity() != Severity.OK)
                .limit(MOST)
                .map(LeftFindings::shortened)
                .toList();
        boolean due = time.steady().minus(told).compareTo(TOLD_ANEW) >= 0;
        boolean isNew = left.isEmpty()
                || !about(left.get().findings()).equals(about(now))
                || (due && !left.get().findings().equals(now));
        if (isNew) {
            left = Optional.of(new Left(now, time.now()));
            told = time.steady();
        }
        return isNew;
    }

    private record About(String check, Severity severity, String subject) {}

    private static List<About> about(List<Finding> findings) {
        return findings.stream()
                .map(f -> new About(f.check(), f.severity(), f.subject()))
                .toList();
    }

    private static Finding shortened(Finding f) {
        return new Finding(
                f.check(), f.severity(), shortened(f.subject()), shortened(f.message()), shortened(f.advice()));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /** What is to be told; empty before the first look. */
    Optional<Left> left() {
        return left;
    }
}
