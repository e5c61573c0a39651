package io.patchbay.core.record;

import io.patchbay.core.store.Value;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads claims. There are tens of thousands of a few pools and owners: equal ones are kept once. Thread-safe.
 */
public final class ClaimReader {
    /** Owners come and go with networks. */
    private static final int MOST = 1000;

    private final Map<PoolName, PoolName> pools = new ConcurrentHashMap<>();
    private final Map<Owner, Owner> owners = new ConcurrentHashMap<>();

    /** Throws {@link IllegalArgumentException} when the value is no claim. */
    public Claim read(Value value) {
        Claim claim = Claim.read(value);
        return new Claim(
                shared(pools, claim.pool()),
                claim.address(),
                shared(owners, claim.owner()),
                claim.life(),
                claim.since(),
                claim.unknown());
    }

    private static <T> T shared(Map<T, T> known, T one) {
        if (known.size() > MOST) {
            known.clear();
        }
        T before = known.putIfAbsent(one, one);
        return before == null ? one : before;
    }
}
