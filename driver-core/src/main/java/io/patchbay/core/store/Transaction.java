package io.patchbay.core.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Conditions and operations that a {@link Store} applies all or nothing. A key is written at most once in a
 * transaction; at most 128 operations and 128 conditions (etcd's default limit).
 */
public record Transaction(List<Condition> conditions, List<Operation> operations) {
    public static final int MAX_OPERATIONS = 128;

    public Transaction {
        conditions = List.copyOf(conditions);
        operations = List.copyOf(operations);
        if (operations.size() > MAX_OPERATIONS || conditions.size() > MAX_OPERATIONS) {
            throw new IllegalArgumentException("a transaction of " + operations.size() + " operations and "
                    + conditions.size() + " conditions is over the limit of " + MAX_OPERATIONS);
        }
        Set<String> written = new HashSet<>();
        for (Operation operation : operations) {
            if (!written.add(operation.key())) {
                throw new IllegalArgumentException("key " + operation.key() + " is written twice in one transaction");
            }
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * What must hold for a key: {@code revision} is that of its last write, 0 means the key is absent, {@link #PRESENT}
     * any.
     */
    public record Condition(String key, long revision) {
        /** The key exists, whatever its revision. */
        public static final long PRESENT = -1;

        public static final long ABSENT = 0;
    }

    /** A write. */
    public sealed interface Operation {
        String key();
    }

    /** Writes a value; {@code lease} empty means for good, and takes the key off an earlier lease. */
    public record Put(String key, Value value, Optional<Store.Lease> lease) implements Operation {}

    /** Deletes a key; absence is not an error. */
    public record Delete(String key) implements Operation {}

    /** Collects a transaction. Not thread-safe. */
    public static final class Builder {
        private final List<Condition> conditions = new ArrayList<>();
        private final List<Operation> operations = new ArrayList<>();

        private Builder() {}

        public Builder ifAbsent(String key) {
            conditions.add(new Condition(key, Condition.ABSENT));
            return this;
        }

        public Builder ifPresent(String key) {
            conditions.add(new Condition(key, Condition.PRESENT));
            return this;
        }

        /** The key was last written at exactly this revision; 0 means absent. */
        public Builder ifRevision(String key, long revision) {
            conditions.add(new Condition(key, revision));
            return this;
        }

        public Builder put(String key, Value value) {
            operations.add(new Put(key, value, Optional.empty()));
            return this;
        }

        public Builder put(String key, Value value, Store.Lease lease) {
            operations.add(new Put(key, value, Optional.of(lease)));
            return this;
        }

        public Builder delete(String key) {
            operations.add(new Delete(key));
            return this;
        }

        public Builder add(Operation operation) {
            operations.add(operation);
            return this;
        }

        public Transaction build() {
            return new Transaction(conditions, operations);
        }
    }
}
