package io.patchbay.core.inspect;

import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.store.StoreHealth;
import java.util.List;

/** What is to be said of who else may change what the hosts share. */
public final class StoreAccess {
    private StoreAccess() {}

    /** One finding for each endpoint that lets anybody in; containers are on the network where it listens. */
    public static List<Finding> findings(StoreHealth health) {
        return health.remote().map(StoreHealth.Remote::open).orElse(List.of()).stream()
                .map(endpoint -> new Finding(
                        "etcd-access",
                        Severity.WARN,
                        endpoint,
                        "etcd at " + endpoint + " lets in who has neither user nor certificate, so any container and"
                                + " any machine on the LAN may change or delete what the hosts share",
                        "set up etcd with 'patchbay etcd init' and 'patchbay etcd join', move to it with 'patchbay"
                                + " export' and 'patchbay import', and end the open one"))
                .toList();
    }
}
