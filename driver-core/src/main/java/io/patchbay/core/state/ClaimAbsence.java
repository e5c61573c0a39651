package io.patchbay.core.state;

import io.patchbay.core.record.Keys;
import io.patchbay.core.record.Pool;
import io.patchbay.core.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Says whether a claim that the store does not have was ended, or lost with all others: then its pool's gateway is not
 * claimed either.
 */
final class ClaimAbsence {
    private final Function<String, Optional<?>> records;
    private final Impossible.Decoder decoder;

    /** The keys of a pool and of its gateway's claim, which are read with a claim of it. */
    record Beside(String pool, String gateway) {
        List<String> keys() {
            return List.of(pool, gateway);
        }
    }

    ClaimAbsence(Function<String, Optional<?>> records, Impossible.Decoder decoder) {
        this.records = records;
        this.decoder = decoder;
    }

    /** What tells of the absence of what has this key, or a key that begins so; empty when nothing can. */
    Optional<Beside> beside(String key) {
        if (!Ownership.isOfAddress(key)) {
            return Optional.empty();
        }
        String pool = "pools/" + key.substring(key.indexOf('/') + 1).replaceFirst("/.*", "");
        return gateway(records.apply(pool)).map(gateway -> new Beside(pool, gateway));
    }

    /** Why such an absence says nothing, by what was read beside it; empty when it may be believed. */
    Optional<String> doubt(Beside beside, Store.Snapshot read) {
        boolean named = read.find(beside.pool())
                .flatMap(e -> gateway(decoder.decode(e.key(), e.value())))
                .filter(beside.gateway()::equals)
                .isPresent();
        return named && read.find(beside.gateway()).isEmpty()
                ? Optional.of(beside.gateway() + " is missing although " + beside.pool() + " is there")
                : Optional.empty();
    }

    private static Optional<String> gateway(Optional<?> record) {
        return record.filter(Pool.class::isInstance)
                .map(Pool.class::cast)
                .flatMap(pool -> pool.gateway().map(address -> Keys.claim(pool.name(), address)));
    }
}
