package io.patchbay.core.fsck;

/** A disagreement by what tells it from others, as somebody has seen it. */
public record Wanted(String word, String host, String subject) {
    boolean means(Disagreement d) {
        return d.of().word().equals(word)
                && d.host().equals(host)
                && d.subject().equals(subject);
    }
}
