package io.patchbay.core.inspect;

import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Inspection.QuarantineView;
import io.patchbay.core.ipam.Claims;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.Quarantined;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What is said of addresses that something on the LAN has which is none of ours. */
final class Quarantines {
    /** Whoever has more of them has one reason for all. */
    private static final int MOST = 20;

    private final State state;
    private final Claims claims;
    private final String host;

    Quarantines(State state, Claims claims, String host) {
        this.state = state;
        this.claims = claims;
        this.host = host;
    }

    /** Who has the address, without a full stop. */
    static String describe(Quarantined q) {
        return "a machine on the LAN that Patchbay does not know has it, with MAC " + q.mac() + ", heard by host "
                + q.host() + " since " + q.since() + ", last at " + q.seen();
    }

    static QuarantineView view(Quarantined q) {
        return new QuarantineView(
                q.address().toString(),
                q.pool().toString(),
                q.mac().toString(),
                q.host(),
                q.since().toString(),
                q.seen().toString());
    }

    List<Finding> findings() {
        List<Quarantined> all = claims.quarantine().all();
        List<Finding> findings = new ArrayList<>();
        all.stream().limit(MOST).map(Quarantines::finding).forEach(findings::add);
        if (all.size() > MOST) {
            findings.add(new Finding(
                    "quarantine",
                    Severity.WARN,
                    "pools",
                    (all.size() - MOST) + " more addresses are had by machines on the LAN that Patchbay does not know",
                    "'patchbay pools' counts them, 'patchbay claims why ADDRESS' says who has one"));
        }
        proxies(findings);
        if (findings.isEmpty()) {
            findings.add(new Finding(
                    "quarantine",
                    Severity.OK,
                    "pools",
                    "no address of a pool is heard of a machine that is not ours",
                    ""));
        }
        return findings;
    }

    private static Finding finding(Quarantined q) {
        return new Finding(
                "quarantine",
                Severity.WARN,
                q.address().toString(),
                "no container is given " + q.address() + " of pool " + q.pool().describe() + ": " + describe(q),
                "give that machine an address outside the ranges that containers get theirs from, or keep it out for"
                        + " good: patchbay pool reserve " + q.pool() + " " + q.address());
    }

    private void proxies(List<Finding> findings) {
        Set<String> bridges = new TreeSet<>();
        for (Versioned<NetworkRecord> network : state.peekAll(Refs.networksOf(host))) {
            bridges.add(network.value().bridge());
        }
        for (String bridge : bridges) {
            claims.neighbours()
                    .whoAnswersForAll(bridge)
                    .ifPresent(mac -> findings.add(new Finding(
                            "quarantine",
                            Severity.WARN,
                            bridge,
                            "the machine with MAC " + mac + " on the LAN behind " + bridge
                                    + " answers for every address that is asked for, so that its answers count for"
                                    + " nothing",
                            "have that router not answer for others (proxy ARP, ND proxy); or give the networks there"
                                    + " -o io.patchbay.probe=off")));
        }
    }
}
