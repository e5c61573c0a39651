package io.patchbay.core.fsck;

import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import java.util.Optional;

/**
 * One thing of which two say something else.
 *
 * @param host on which it is so; empty where it is the store's alone
 * @param subject what it is about, in words that stay the same as long as it is so
 * @param evidence a sentence: who says what
 * @param repair what is to be done, or what does it
 */
public record Disagreement(DisagreementClass of, String host, String subject, String evidence, String repair) {

    /** What a finding of {@code doctor} on that host says, if it is that two disagree. */
    static Optional<Disagreement> in(Finding finding, String host) {
        return finding.severity() == Severity.OK
                ? Optional.empty()
                : DisagreementClass.of(finding.check())
                        .map(c -> new Disagreement(c, host, finding.subject(), finding.message(), finding.advice()));
    }

    /** Whether both speak of one thing, whatever else they say of it. */
    boolean isSameAs(Disagreement other) {
        return of == other.of && host.equals(other.host) && subject.equals(other.subject);
    }
}
