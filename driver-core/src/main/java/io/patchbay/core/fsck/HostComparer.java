package io.patchbay.core.fsck;

import static io.patchbay.core.fsck.DisagreementClass.HOST_NOT_ALIVE;
import static io.patchbay.core.fsck.DisagreementClass.HOST_UNKNOWN;
import static io.patchbay.core.fsck.DisagreementClass.MEMORY_DIFFERS;

import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.HostAlive;
import io.patchbay.core.record.MacClaim;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Records;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import java.util.TreeMap;

/** Hosts with what is theirs in the store, and this one with what it knows of that. */
final class HostComparer {
    private final Records records;
    private final TreeMap<String, String> named = new TreeMap<>();

    private HostComparer(Records records) {
        this.records = records;
    }

    static void compare(Picture picture, Found found) {
        Records records = picture.records();
        if (!records.isThere(Ref.alive(picture.host()))) {
            found.add(
                    HOST_NOT_ALIVE,
                    picture.host(),
                    picture.host(),
                    "the daemon of host " + picture.host() + " runs, and in the store the host is dead");
        }
        HostComparer comparer = new HostComparer(records);
        comparer.names();
        comparer.named.forEach((host, what) -> found.add(
                HOST_UNKNOWN,
                Found.STORE,
                host,
                "host " + host + " has " + what + ", and there is no such host",
                "start its daemon; if it is gone for good, patchbay host forget " + host));
        records.differences()
                .forEach(d -> found.add(
                        MEMORY_DIFFERS,
                        picture.host(),
                        d.key(),
                        "the store has " + d.key() + version(d.there()) + ", the daemon of host " + picture.host()
                                + " knows it" + version(d.known())));
    }

    private static String version(long revision) {
        return revision == 0 ? " not" : " as of revision " + revision;
    }

    private void names() {
        records.all(Refs.alive()).stream().map(HostAlive::host).forEach(h -> name(h, "a sign of life"));
        records.all(Refs.endpoints()).stream().map(EndpointRecord::host).forEach(h -> name(h, "endpoints"));
        records.all(Refs.networks()).stream().map(NetworkRecord::host).forEach(h -> name(h, "networks"));
        records.all(Refs.users()).stream().map(PoolUser::host).forEach(h -> name(h, "uses of pools"));
        records.all(Refs.macs()).stream().map(MacClaim::host).forEach(h -> name(h, "MAC addresses"));
        records.all(Refs.claims()).stream()
                .filter(Claim::isForContainers)
                .map(claim -> claim.owner().name())
                .forEach(h -> name(h, "addresses"));
    }

    private void name(String host, String what) {
        if (!Owner.isSwarm(host) && !records.isThere(Ref.host(host))) {
            named.putIfAbsent(host, what);
        }
    }
}
