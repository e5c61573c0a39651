package io.patchbay.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.store.CommitResult.Committed;
import io.patchbay.core.store.CommitResult.Conflict;
import io.patchbay.core.store.Store.Entry;
import io.patchbay.core.store.Transaction.Condition;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** A plain map that does what a store should do, and the random steps both take. */
final class StoreModel {
    private static final List<String> KEYS = List.of("a", "a/b", "a/b/c", "a/c", "a0", "b", "b/a", "c");

    private final RandomGenerator random;
    private final NavigableMap<String, Entry> entries = new TreeMap<>();
    private long revision;

    StoreModel(RandomGenerator random) {
        this.random = random;
    }

    /** Commits a random transaction to the store and the map, and compares the results. */
    void step(Store store) {
        Transaction transaction = randomTransaction();
        CommitResult result = store.commit(transaction);
        if (transaction.conditions().stream().allMatch(this::holds)) {
            assertThat(result).as("%s", transaction).isInstanceOf(Committed.class);
            apply(transaction, ((Committed) result).revision());
        } else {
            assertThat(result).as("%s", transaction).isInstanceOf(Conflict.class);
            assertThat(((Conflict) result).present()).containsExactlyInAnyOrderElementsOf(present(transaction));
        }
    }

    /** Compares the whole store, a random prefix of it and a random key with the map. */
    void compare(Store store) {
        assertThat(store.list("").entries()).containsExactlyElementsOf(entries.values());
        String prefix = KEYS.get(random.nextInt(KEYS.size()));
        assertThat(store.list(prefix).entries())
                .containsExactlyElementsOf(entries.values().stream()
                        .filter(entry -> entry.key().startsWith(prefix))
                        .toList());
        assertThat(store.get(prefix).map(List::of).orElse(List.of()))
                .isEqualTo(entries.containsKey(prefix) ? List.of(entries.get(prefix)) : List.of());
    }

    private Transaction randomTransaction() {
        Transaction.Builder builder = Transaction.builder();
        for (String key : KEYS) {
            switch (random.nextInt(12)) {
                case 0 -> builder.ifAbsent(key);
                case 1 -> builder.ifPresent(key);
                case 2 -> builder.ifRevision(key, random.nextLong(revision + 2));
                case 3 -> builder.ifRevision(key, actual(key));
                default -> {}
            }
            switch (random.nextInt(6)) {
                case 0 -> builder.put(key, Value.of("v" + random.nextInt(1000)));
                case 1 -> builder.delete(key);
                default -> {}
            }
        }
        return builder.build();
    }

    private long actual(String key) {
        Entry entry = entries.get(key);
        return entry == null ? Condition.ABSENT : entry.revision();
    }

    private boolean holds(Condition condition) {
        long actual = actual(condition.key());
        return condition.revision() == Condition.PRESENT ? actual != Condition.ABSENT : actual == condition.revision();
    }

    private List<Entry> present(Transaction transaction) {
        return transaction.conditions().stream()
                .map(Condition::key)
                .distinct()
                .filter(entries::containsKey)
                .map(entries::get)
                .toList();
    }

    private void apply(Transaction transaction, long at) {
        boolean changes = false;
        for (Transaction.Operation operation : transaction.operations()) {
            if (operation instanceof Transaction.Put put) {
                entries.put(put.key(), new Entry(put.key(), put.value(), at));
                changes = true;
            } else {
                changes |= entries.remove(operation.key()) != null;
            }
        }
        assertThat(at).isGreaterThanOrEqualTo(changes ? revision + 1 : revision);
        revision = Math.max(revision, at);
    }
}
