package io.patchbay.core.inspect;

import io.patchbay.core.cluster.HostWatch;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Inspection.HostFindings;
import io.patchbay.core.record.HostRecord;
import io.patchbay.core.record.HostRecord.Left;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the {@code doctor} of each host says, as far as this one knows. */
final class DoctorOfAll {
    private final State state;
    private final HostWatch watch;
    private final String self;
    private final TimeSource time;

    DoctorOfAll(State state, HostWatch watch, String self, TimeSource time) {
        this.state = state;
        this.watch = watch;
        this.self = self;
        this.time = time;
    }

    /** {@code own}: what this host finds now. */
    List<HostFindings> all(List<Finding> own) {
        return watch.known().stream()
                .map(host -> host.equals(self)
                        ? new HostFindings(
                                self, "alive", true, Optional.of(time.now().toString()), "now", own)
                        : other(host))
                .toList();
    }

    /** {@code own}: what this host has found when it looked last; before it has, nothing is said of it. */
    List<HostFindings> left(Optional<Left> own) {
        return watch.known().stream()
                .map(host -> host.equals(self)
                        ? left(self, true, own, own.map(Left::findings).orElse(List.of()))
                        : other(host))
                .toList();
    }

    private HostFindings other(String host) {
        Optional<Left> left = state.peek(Ref.host(host)).map(r -> r.value()).flatMap(HostRecord::left);
        boolean alive = watch.isAlive(host);
        return left(host, alive, left, left.map(Left::findings).orElseGet(() -> List.of(nothingLeft(host, alive))));
    }

    private HostFindings left(String host, boolean alive, Optional<Left> left, List<Finding> findings) {
        return new HostFindings(
                host,
                alive ? "alive" : "dead",
                host.equals(self),
                left.map(l -> l.since().toString()),
                left.map(this::age).orElse(""),
                findings);
    }

    private String age(Left left) {
        Duration age = Duration.between(left.since(), time.now());
        return age.isNegative() ? "now" : HostWatch.describe(age) + " ago";
    }

    private static Finding nothingLeft(String host, boolean alive) {
        return new Finding(
                "doctor",
                Severity.WARN,
                host,
                "host " + host + " has not left its findings in the store: its daemon is "
                        + (alive ? "of an older version, or was started a moment ago" : "away, or of an older version"),
                "patchbay doctor on " + host);
    }
}
