package io.patchbay.core.fsck;

import java.util.List;

/**
 * What a look has found.
 *
 * @param unseen why something could not be looked at, a sentence each
 */
public record Report(List<Disagreement> found, List<String> unseen) {
    public Report {
        found = List.copyOf(found);
        unseen = List.copyOf(unseen);
    }
}
