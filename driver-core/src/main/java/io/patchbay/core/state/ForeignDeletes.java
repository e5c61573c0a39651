package io.patchbay.core.state;

import io.patchbay.core.record.Claim;
import io.patchbay.core.record.MacClaim;
import io.patchbay.core.record.ReplicationBlocker;
import io.patchbay.core.store.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Tells records of this host that others have deleted, taking it for dead, from those it deletes itself. For any
 * thread; no lock is held for long.
 */
final class ForeignDeletes {
    private final Ownership ownership;
    private final InFlight inFlight;
    private final Map<String, Value> taken = new ConcurrentHashMap<>();
    private volatile BooleanSupplier nameIsOurs = () -> true;

    ForeignDeletes(Ownership ownership, InFlight inFlight) {
        this.ownership = ownership;
        this.inFlight = inFlight;
    }

    /** Asked before something is put back: whether the host's name is this machine's. */
    void nameIsOurs(BooleanSupplier asked) {
        nameIsOurs = asked;
    }

    /** Whether the record that is gone was taken from this host; a claim counts while a container has it. */
    boolean is(String key, Object record) {
        boolean counts = !Ownership.isClaim(key)
                || (record instanceof Claim claim && claim.endpoint().isPresent())
                || (record instanceof MacClaim mac && mac.endpoint().isPresent());
        return counts
                && !(record instanceof ReplicationBlocker)
                && ownership.owns(key, Optional.of(record))
                && !inFlight.isDeleting(key);
    }

    /** Keeps it for {@link #missingFrom}; false when it is kept already. */
    boolean remember(String key, Value value) {
        return taken.put(key, value) == null;
    }

    /**
     * What is to be put back, once: also an address that another host has by now, for that is decided like after an
     * outage, and the container fenced.
     */
    List<UnsentWrite> missingFrom(Replica replica) {
        List<UnsentWrite> missing = new ArrayList<>();
        for (String key : List.copyOf(taken.keySet())) {
            Value value = taken.remove(key);
            Optional<?> now = replica.record(key);
            boolean oursAgain = now.isPresent() && ownership.owns(key, now);
            if (value != null && nameIsOurs.getAsBoolean() && !oursAgain) {
                missing.add(new UnsentWrite(key, 0, 0, false, Optional.of(value)));
            }
        }
        return missing;
    }
}
