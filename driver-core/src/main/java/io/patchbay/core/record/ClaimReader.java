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

    private final Map<String, PoolName> pools = new ConcurrentHashMap<>();
    private final Map<Owner, Owner> owners = new ConcurrentHashMap<>();

    /** Throws {@link IllegalArgumentException} when the value is no claim. */
    public Claim read(Value value) {
        return Claim.read(value, this::pool, this::owner);
    }

    private PoolName pool(String text) {
        PoolName known = pools.get(text);
        return known == null ? first(pools, text, PoolName.parse(text)) : known;
    }

    private Owner owner(Owner one) {
        Owner known = owners.get(one);
        return known == null ? first(owners, one, one) : known;
    }

    private static <K, T> T first(Map<K, T> known, K key, T one) {
        if (known.size() > MOST) {
            known.clear();
        }
        T before = known.putIfAbsent(key, one);
        return before == null ? one : before;
    }
}
