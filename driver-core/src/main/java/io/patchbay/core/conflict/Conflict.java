package io.patchbay.core.conflict;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.record.Claim;
import java.time.Instant;

/**
 * An address that a container of ours has and that another station on the LAN says it has.
 *
 * @param claim the container's
 * @param mac the other's
 * @param whose whose MAC that is, as in "host h2's bridge br0"; empty when no record tells
 * @param bridge of this host, behind which it was heard
 * @param seen when it was heard last
 */
public record Conflict(Claim claim, MacAddress mac, String whose, String bridge, Instant since, Instant seen) {
    Conflict seenAt(Instant now) {
        return new Conflict(claim, mac, whose, bridge, since, now);
    }

    /** What is known of the other station, for a sentence. */
    public String other() {
        return whose.isEmpty() ? "a station with MAC " + mac : whose + " (MAC " + mac + ")";
    }
}
