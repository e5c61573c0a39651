package io.patchbay.core.inspect;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Unreadable;
import io.patchbay.core.state.Versioned;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code doctor} says of records that this version cannot read, or can read and not act upon, and of the disk that
 * keeps this host's own.
 */
final class RecordFindings {
    /** Whoever has more of them has one reason for all. */
    private static final int MOST = 20;

    private final State state;
    private final String host;

    RecordFindings(State state, String host) {
        this.state = state;
        this.host = host;
    }

    List<Finding> findings() {
        List<Unreadable> unreadable = state.unreadable();
        List<Finding> findings = new ArrayList<>();
        unreadable.stream().limit(MOST).map(RecordFindings::finding).forEach(findings::add);
        if (unreadable.size() > MOST) {
            findings.add(new Finding(
                    "record",
                    Severity.WARN,
                    "store",
                    (unreadable.size() - MOST) + " more records cannot be read",
                    "the daemon's log names each"));
        }
        state.peekAll(Refs.networksOf(host)).stream()
                .map(Versioned::value)
                .forEach(network -> options(network, findings));
        state.diskProblem().ifPresent(problem -> findings.add(0, disk(problem)));
        if (findings.isEmpty()) {
            findings.add(new Finding("record", Severity.OK, "store", "all records in the store can be read", ""));
        }
        return findings;
    }

    private static Finding finding(Unreadable record) {
        return new Finding(
                "record",
                Severity.WARN,
                record.key(),
                "the record " + record.key() + " cannot be read and is left as it is: " + record.reason(),
                record.isOfOwnDisk()
                        ? "a newer Patchbay wrote it: start that version once while etcd can be reached, so that it"
                                + " sends it"
                        : "if a newer Patchbay wrote it, upgrade this host's; otherwise it is rubbish: delete the key"
                                + " with etcdctl (below /patchbay/v1/CLUSTER/), and what it is about is free, or made"
                                + " anew");
    }

    private static Finding disk(String problem) {
        return new Finding(
                "own-disk",
                Severity.FAIL,
                "state-dir",
                problem,
                "make room, or mend the file system of --state-dir; until then this host gives nothing back and cannot"
                        + " go on without etcd");
    }

    private static void options(NetworkRecord network, List<Finding> findings) {
        try {
            var unused = NetworkOptions.parse(network.options());
        } catch (PatchbayException e) {
            String name = NetworkNames.of(network);
            findings.add(new Finding(
                    "record",
                    Severity.WARN,
                    name,
                    "containers cannot be started on network " + name + ": " + e.getMessage(),
                    "a newer Patchbay made it: upgrade this host's, or make the network anew"));
        }
    }
}
