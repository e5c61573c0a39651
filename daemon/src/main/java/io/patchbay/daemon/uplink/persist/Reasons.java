package io.patchbay.daemon.uplink.persist;

import io.patchbay.core.failure.PatchbayException;
import java.util.ArrayList;
import java.util.List;

/** Why a configuration is left alone: all that is not understood of it, a sentence each. */
final class Reasons {
    private final List<String> sentences = new ArrayList<>();

    void add(String sentence) {
        if (!sentences.contains(sentence)) {
            sentences.add(sentence);
        }
    }

    /** An {@code INVALID} with all of them, if there are any. */
    void refuse() {
        if (!sentences.isEmpty()) {
            throw refusal(String.join("\n", sentences));
        }
    }

    static PatchbayException refusal(String sentence) {
        return new PatchbayException(PatchbayException.Kind.INVALID, sentence);
    }
}
