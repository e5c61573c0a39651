package io.patchbay.core.fsck;

/**
 * One thing of which two say something else.
 *
 * @param host on which it is so; empty where it is the store's alone
 * @param subject what it is about, in words that stay the same as long as it is so
 * @param evidence a sentence: who says what
 * @param repair what is to be done, or what does it
 */
public record Disagreement(DisagreementClass of, String host, String subject, String evidence, String repair) {

    /** Whether both speak of one thing, whatever else they say of it. */
    boolean isSameAs(Disagreement other) {
        return of == other.of && host.equals(other.host) && subject.equals(other.subject);
    }
}
