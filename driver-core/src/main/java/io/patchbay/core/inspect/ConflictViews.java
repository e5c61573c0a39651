package io.patchbay.core.inspect;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.conflict.Conflicts;
import io.patchbay.core.conflict.DhcpServers;
import io.patchbay.core.inspect.Inspection.ConflictView;
import io.patchbay.core.inspect.Inspection.DhcpServerView;
import java.util.List;

/** What was heard on the LANs, as tables. */
public final class ConflictViews {
    private final Conflicts conflicts;
    private final DhcpServers servers;
    private final String host;

    public ConflictViews(Conflicts conflicts, DhcpServers servers, String host) {
        this.conflicts = conflicts;
        this.servers = servers;
        this.host = host;
    }

    List<ConflictView> conflicts() {
        return conflicts.all().stream()
                .map(c -> new ConflictView(
                        c.claim().pool().toString(),
                        c.claim().address().toString(),
                        c.claim().owner().name(),
                        c.mac().toString(),
                        host))
                .toList();
    }

    List<DhcpServerView> dhcpServers() {
        return servers.all().stream()
                .map(s -> new DhcpServerView(
                        s.server().toString(),
                        s.mac().map(MacAddress::toString),
                        s.offered().toString(),
                        s.pool().toString(),
                        host))
                .toList();
    }

    long defences() {
        return conflicts.defences();
    }
}
