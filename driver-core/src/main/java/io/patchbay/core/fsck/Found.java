package io.patchbay.core.fsck;

import io.patchbay.core.fsck.DisagreementClass.Mender;
import java.util.ArrayList;
import java.util.List;

/** Takes what comparers find, each thing once. */
final class Found {
    /** Stands for a host where it is the store's alone. */
    static final String STORE = "";

    private final List<Disagreement> all = new ArrayList<>();

    /** What the daemon of that host or fsck mends. */
    void add(DisagreementClass of, String host, String subject, String evidence) {
        add(
                of,
                host,
                subject,
                evidence,
                of.mender() == Mender.DAEMON
                        ? "the daemon mends it by itself; patchbay fsck --repair does it at once"
                        : "patchbay fsck --repair");
    }

    /** What a person mends, and how. */
    void add(DisagreementClass of, String host, String subject, String evidence, String repair) {
        add(new Disagreement(of, host, subject, evidence, repair));
    }

    void add(Disagreement found) {
        if (all.stream().noneMatch(found::isSameAs)) {
            all.add(found);
        }
    }

    List<Disagreement> all() {
        return all;
    }
}
