package io.patchbay.core.state;

import io.patchbay.core.record.Keys;
import io.patchbay.core.record.Pool;
import io.patchbay.core.store.CommitResult.Conflict;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import java.util.Optional;
import java.util.function.Function;

/**
 * Asks whether a claim that the store does not have was ended, or lost with all others: then its pool's gateway is not
 * claimed either. Fails like the store.
 */
final class ClaimAbsence {
    private final Store store;
    private final Function<String, Optional<?>> records;
    private final Impossible.Decoder decoder;

    ClaimAbsence(Store store, Function<String, Optional<?>> records, Impossible.Decoder decoder) {
        this.store = store;
        this.records = records;
        this.decoder = decoder;
    }

    /**
     * Why an answer that nothing has this key was of another history, given the latest revision that was known before
     * the question: the answer says none, so it is asked for again in a way that says one.
     */
    Optional<String> otherHistory(String key, long latest) {
        Transaction nothing = Transaction.builder().ifAbsent(key).build();
        return OtherHistory.in(nothing, store.commit(nothing), latest);
    }

    /** Why the absence of what has this key, or a key that begins so, says nothing; empty when it may be believed. */
    Optional<String> doubt(String key) {
        if (!Ownership.isOfAddress(key)) {
            return Optional.empty();
        }
        String pool = "pools/" + key.substring(key.indexOf('/') + 1).replaceFirst("/.*", "");
        return gateway(records.apply(pool)).flatMap(gateway -> {
            Transaction both =
                    Transaction.builder().ifAbsent(pool).ifAbsent(gateway).build();
            return store.commit(both) instanceof Conflict present
                    ? lost(pool, gateway, present)
                    : Optional.<String>empty();
        });
    }

    private Optional<String> lost(String pool, String gateway, Conflict present) {
        boolean claimed = present.present().stream().anyMatch(e -> e.key().equals(gateway));
        boolean named = present.present().stream()
                .filter(e -> e.key().equals(pool))
                .anyMatch(e -> gateway(decoder.decode(pool, e.value()))
                        .filter(gateway::equals)
                        .isPresent());
        return named && !claimed
                ? Optional.of(gateway + " is missing although " + pool + " is there")
                : Optional.empty();
    }

    private static Optional<String> gateway(Optional<?> record) {
        return record.filter(Pool.class::isInstance)
                .map(Pool.class::cast)
                .flatMap(pool -> pool.gateway().map(address -> Keys.claim(pool.name(), address)));
    }
}
