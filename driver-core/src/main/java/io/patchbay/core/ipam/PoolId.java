package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.ShortId;
import io.patchbay.core.state.Ref;
import java.time.Instant;

/**
 * What dockerd keeps as PoolID for the life of a network and says in every later call. It describes itself, so that a
 * daemon whose store was lost still knows what is meant. Text:
 * {@code patchbay/1/default~10.77.0.0_24/10.77.0.1-10.77.0.254/3f9a0c11d2e4}, with {@code @swarm} behind it where a
 * swarm's leader asked.
 */
record PoolId(PoolName pool, AddressRange range, String user, boolean swarm) {
    private static final String HEAD = "patchbay/1/";
    private static final String OF_SWARM = "@swarm";

    static PoolId parse(String text) {
        String[] parts = text.startsWith(HEAD) ? text.substring(HEAD.length()).split("/", -1) : new String[0];
        if (parts.length == 3 && parts[2].matches("[0-9a-f]{12}(" + OF_SWARM + ")?")) {
            try {
                return new PoolId(
                        PoolName.parse(parts[0]),
                        AddressRange.parse(parts[1]),
                        ShortId.of(parts[2]),
                        parts[2].endsWith(OF_SWARM));
            } catch (IllegalArgumentException e) {
                throw new PatchbayException(Kind.NOT_FOUND, unknown(text) + ": " + e.getMessage(), e);
            }
        }
        throw new PatchbayException(Kind.NOT_FOUND, unknown(text));
    }

    /** The record of use it stands for, asked on this host. */
    Ref<PoolUser> ref(String host) {
        return swarm ? Ref.userOfSwarm(pool, user) : Ref.user(pool, host, user);
    }

    /** That record as it begins. */
    PoolUser begun(String host, Instant now) {
        return swarm ? PoolUser.ofSwarm(pool, user, range, now) : PoolUser.ofHost(pool, host, user, range, now);
    }

    private static String unknown(String text) {
        return "pool id \"" + text + "\" was not given by this driver";
    }

    @Override
    public String toString() {
        return HEAD + pool + "/" + range.first() + "-" + range.last() + "/" + user + (swarm ? OF_SWARM : "");
    }
}
