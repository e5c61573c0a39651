package io.patchbay.core.conflict;

import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What {@code doctor} says of what was heard on the LANs. */
public final class ConflictFindings {
    private final Listening listening;
    private final Conflicts conflicts;
    private final DhcpServers servers;

    public ConflictFindings(Listening listening, Conflicts conflicts, DhcpServers servers) {
        this.listening = listening;
        this.conflicts = conflicts;
        this.servers = servers;
    }

    /** Nothing where nobody listens. */
    public List<Finding> all() {
        List<Finding> findings = new ArrayList<>();
        conflicts.all().forEach(conflict -> findings.add(finding(conflict)));
        servers.all().forEach(server -> findings.add(finding(server)));
        listening
                .refused()
                .forEach((bridge, reason) -> findings.add(new Finding(
                        "listener",
                        Severity.WARN,
                        bridge,
                        "nobody listens on " + bridge + " for others that speak for containers' addresses: " + reason,
                        "mend that; the daemon tries again every minute")));
        if (findings.isEmpty() && !listening.heard().isEmpty()) {
            String bridges = String.join(", ", new TreeSet<>(listening.heard()));
            findings.add(new Finding(
                    "address-conflict",
                    Severity.OK,
                    bridges,
                    "nobody else was heard on " + bridges + " to speak for a container's address, nor to give one away",
                    ""));
        }
        return findings;
    }

    private Finding finding(Conflict conflict) {
        String address = conflict.claim().address().toString();
        return new Finding(
                "address-conflict",
                Severity.FAIL,
                address,
                "address " + address + " of " + conflicts.container(conflict) + " on host "
                        + conflict.claim().owner().name() + " is spoken for by " + conflict.other() + " too, heard on "
                        + conflict.bridge() + " since " + conflict.since() + ", last at " + conflict.seen()
                        + ": who of the two is reached changes from moment to moment",
                "find the other by its MAC (the switch's table; bridge fdb show br " + conflict.bridge()
                        + ") and give it another address; or give that address to no container: patchbay pool reserve");
    }

    private static Finding finding(DhcpServer server) {
        return new Finding(
                "dhcp-server",
                Severity.WARN,
                server.server().toString(),
                "DHCP server " + server.server()
                        + server.mac().map(mac -> " (MAC " + mac + ")").orElse("") + " gives away " + server.offered()
                        + ", which lies in the range " + server.range() + " that containers are given (heard on "
                        + server.bridge() + " since " + server.since() + ", last at " + server.seen() + ")",
                "keep the two apart: make its range smaller, or make the network with an --ip-range beside it, or keep"
                        + " its range from containers: patchbay pool reserve");
    }
}
