package io.patchbay.core.fsck;

import io.patchbay.core.engine.Engine;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.fsck.DisagreementClass.Mender;
import io.patchbay.core.fsck.PictureTaker.AskedEngine;
import io.patchbay.core.inspect.Inspection;
import io.patchbay.core.inspect.Inspection.HostFindings;
import io.patchbay.core.repair.GraceTracker;
import io.patchbay.core.state.Records;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * Looks whether the store, this host's kernel, its engine and the LAN agree. Changes nothing unless it is told to.
 * Calls of the engine's are under way at any time, so what disagrees must do so in two looks.
 */
public final class Fsck {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(3);

    /** What the daemon mends by itself it has mended by then. */
    private static final int GRACES = 3;

    private final FsckParts parts;
    private final Inspection inspection;
    private final TimeSource time;
    private final PictureTaker pictures;
    private final Repairs repairs;
    private final GraceTracker lasting;
    private final Duration grace;
    private volatile Optional<AskedEngine> engine = Optional.empty();
    private volatile List<Finding> glanced = List.of();

    /** {@code inspection} has what doctor finds. */
    public Fsck(FsckParts parts, Inspection inspection, TimeSource time, Duration grace) {
        this.parts = parts;
        this.inspection = inspection;
        this.time = time;
        this.pictures =
                new PictureTaker(parts.host(), parts.links(), parts.claims().machines(), time);
        this.repairs = new Repairs(parts, time);
        this.lasting = new GraceTracker(time);
        this.grace = grace.multipliedBy(GRACES);
    }

    /** From now on that engine is asked too, which calls us so. */
    public void ask(Engine asked, String driver) {
        engine = Optional.of(new AskedEngine(asked, driver));
    }

    /**
     * Looks at this host and at what is in the store; takes a second or two, and some more if it finds something.
     * What cannot be asked is said, not thrown.
     */
    public Report look() {
        Report first = once();
        if (first.found().isEmpty()) {
            return first;
        }
        pause();
        Report second = once();
        List<Disagreement> both = second.found().stream()
                .filter(d -> first.found().stream().anyMatch(d::isSameAs))
                .toList();
        return new Report(both, second.unseen());
    }

    private void pause() {
        try {
            boolean unused = time.await(new CountDownLatch(1), BETWEEN_LOOKS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Report once() {
        List<String> unseen = new ArrayList<>();
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            return new Report(List.of(), List.of(obstacle.get()));
        }
        try {
            Found found = compared(pictures.take(parts.state().readAnew(), engine, unseen));
            for (Finding finding : inspection.doctor()) {
                Disagreement.in(finding, parts.host()).ifPresent(found::add);
                if (finding.check().equals("doctor")) {
                    unseen.add(finding.message());
                }
            }
            return new Report(found.all(), unseen);
        } catch (PatchbayException e) {
            unseen.add(String.valueOf(e.getMessage()));
            return new Report(List.of(), unseen);
        }
    }

    /** Why a look would tell nothing. */
    private Optional<String> obstacle() {
        return parts.state()
                .contact()
                .filter(contact -> !contact.isOnline())
                .map(contact -> "the store was not asked: " + contact.reason())
                .or(() -> parts.cluster().presence().refusal())
                .or(() -> parts.state().isRebuilding()
                        ? Optional.of("the store has another history, and hosts put back what they know")
                        : Optional.empty());
    }

    private static Found compared(Picture picture) {
        Found found = new Found();
        HostComparer.compare(picture, found);
        PoolComparer.compare(picture, found);
        ClaimComparer.compare(picture, found);
        EndpointComparer.compare(picture, found);
        KernelComparer.compare(picture, found);
        SandboxComparer.compare(picture, found);
        EngineComparer.compare(picture, found);
        return found;
    }

    /**
     * The same with what doctor of each other host has left in the store, as it was a minute or some ago.
     *
     * @param own what this host has found
     */
    public List<HostReport> ofAllHosts(Report own) {
        return Stream.concat(
                        Stream.of(ofThisHost(own)),
                        inspection.lastFindings().stream()
                                .filter(host -> !host.self())
                                .map(Fsck::left))
                .toList();
    }

    /** The same without the others; {@code own} is what this host has found. */
    public HostReport ofThisHost(Report own) {
        return new HostReport(parts.host(), "now", own);
    }

    private static HostReport left(HostFindings host) {
        List<Disagreement> found = host.findings().stream()
                .flatMap(finding -> Disagreement.in(finding, host.host()).stream())
                .toList();
        List<String> unseen = new ArrayList<>();
        if (!host.status().equals("alive")) {
            unseen.add("host " + host.host() + " is " + host.status() + ": its kernel and engine were not looked at");
        } else if (host.found().isEmpty()) {
            unseen.add("host " + host.host() + " has not left in the store what it finds");
        }
        return new HostReport(host.host(), host.age(), new Report(found, unseen));
    }

    /** What a host has found, and how long ago. */
    public record HostReport(String host, String age, Report report) {}

    /**
     * Looks again, and repairs of what is wanted what is still so and not left to a person, on this host and in the
     * store; an outcome for each that was wanted.
     */
    public List<Outcome> repair(List<Wanted> wanted) {
        return repairs.repair(look().found(), wanted);
    }

    /** Looks at what costs little, in one thread; what stays so is told by {@link #findings}. Call it every minute. */
    public void glance() {
        GraceTracker.Round round = lasting.round();
        if (obstacle().isEmpty()) {
            Records known = parts.state().known();
            glanced = compared(pictures.take(known, Optional.empty(), new ArrayList<>())).all().stream()
                    .filter(d -> d.host().equals(parts.host()))
                    .filter(d -> round.isOverdue(d.of().word() + " " + d.subject(), grace))
                    .map(Fsck::finding)
                    .toList();
            round.end();
        }
    }

    /** For doctor here and on other hosts: what disagrees on this one and has done so for a while. */
    public List<Finding> findings() {
        return glanced;
    }

    private static Finding finding(Disagreement d) {
        Severity severity = d.of().mender() == Mender.PERSON ? Severity.FAIL : Severity.WARN;
        return new Finding(d.of().word(), severity, d.subject(), d.evidence(), d.repair());
    }
}
