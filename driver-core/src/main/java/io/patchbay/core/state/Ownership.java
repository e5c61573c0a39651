package io.patchbay.core.state;

import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Definition;
import io.patchbay.core.record.HostRecord;
import io.patchbay.core.record.MacClaim;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.Segment;
import io.patchbay.core.record.Stored;
import io.patchbay.core.store.Transaction;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says which records are a host's own. Nobody else writes them while the host is thought to be alive, so it may change
 * them while the store cannot be reached. A claim, of an address or a MAC address, is its host's, unless it is shared:
 * whoever leaves last ends those. An absent claim is nobody's, and only the store's transaction can make it.
 */
final class Ownership {
    private static final String CLAIMS = "claims/";
    private static final String MACS = "macs/";
    private static final Pattern OWNED =
            Pattern.compile("(?:networks|endpoints|hindrances|pools/[^/]+/users)/([^/]+)/.+|(?:hosts|alive)/([^/]+)");

    private final Pattern keys;
    private final String host;

    Ownership(String host) {
        this.host = host;
        String quoted = Pattern.quote(host);
        this.keys = Pattern.compile(
                "(networks|endpoints|hindrances)/" + quoted + "/.+|pools/[^/]+/users/" + quoted + "/.+");
    }

    /** Whether the record under the key is ours; claims are told by who holds them. */
    boolean owns(String key, Optional<?> record) {
        return isClaim(key)
                ? record.filter(this::isOurs).isPresent()
                : keys.matcher(key).matches();
    }

    private boolean isOurs(Object record) {
        return record instanceof MacClaim mac
                ? mac.host().equals(host)
                : record instanceof Claim claim && claim.isOf(host);
    }

    /**
     * Whether the record is kept on this host's disk: its own, and what hosts share, which is little and is put back by
     * any of them if the store loses it.
     */
    boolean isKept(String key, Object record) {
        return record instanceof Pool
                || record instanceof Segment
                || record instanceof Definition
                || record instanceof HostRecord
                || (record instanceof Claim claim && !claim.isForContainers())
                || owns(key, Optional.of(record));
    }

    String host() {
        return host;
    }

    /** Whether this host may do it by itself: it changes a record of its own, and what it writes stays its own. */
    boolean mayDoAlone(Transaction.Operation operation, Optional<?> present) {
        if (operation instanceof Transaction.Put put) {
            if (put.lease().isPresent()) {
                return false;
            }
            if (isClaim(put.key()) && !isOurs(claim(put))) {
                return false;
            }
        }
        return owns(operation.key(), present);
    }

    private static Stored claim(Transaction.Put put) {
        return put.key().startsWith(MACS) ? MacClaim.read(put.value()) : Claim.read(put.value());
    }

    /** The host whose own a record is, whichever it is; empty for what hosts share. */
    static String ownerOf(String key, @Nullable Object record) {
        if (record instanceof MacClaim mac) {
            return mac.host();
        }
        if (record instanceof Claim claim) {
            return claim.isForContainers() ? claim.owner().name() : "";
        }
        Matcher matcher = OWNED.matcher(key);
        if (!matcher.matches()) {
            return "";
        }
        return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    }

    /** Whether it is the key of a claim of an address, or a beginning of such keys. */
    static boolean isOfAddress(String key) {
        return key.startsWith(CLAIMS);
    }

    /** Whether it is the key of something that hosts claim from each other: an address, a MAC address. */
    static boolean isClaim(String key) {
        return key.startsWith(CLAIMS) || key.startsWith(MACS);
    }
}
