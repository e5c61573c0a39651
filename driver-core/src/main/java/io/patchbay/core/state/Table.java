package io.patchbay.core.state;

import io.patchbay.core.store.Store;
import io.patchbay.core.store.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local replica of the records of one kind, by key. Reads never block and may lag behind the store; whoever writes
 * puts the revision read here into the transaction's conditions. Only the {@link Replica} changes it.
 */
public final class Table<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Table.class);

    /** The revision of a record of an earlier history; a store's own are larger, and 0 would be absence. */
    static final long OLD = 1;

    /** What each key begins with; asked before the pattern, for every change is offered to every table. */
    private final String beginning;

    private final Pattern keys;
    private final Function<Value, T> read;
    private final Function<T, Value> write;
    private final ConcurrentSkipListMap<String, Cell<T>> cells = new ConcurrentSkipListMap<>();
    private final Deque<String> tombstones = new ArrayDeque<>();
    private final List<Listener<T>> listeners = new CopyOnWriteArrayList<>();

    /**
     * A deleted record leaves an empty cell until the watch has passed its revision, or a late event would bring the
     * record back.
     *
     * @param unsent changed here while the store was away; the store's own changes do not show before it has been sent
     * @param heard the newest of those changes
     */
    private record Cell<T>(
            @Nullable Versioned<T> record,
            long revision,
            boolean unsent,
            @Nullable Heard heard) {}

    private record Heard(Optional<Value> value, long revision) {}

    /** Hears each change in order, in the thread that makes it; must be quick and must not commit. */
    public interface Listener<T> {
        void changed(String key, @Nullable Versioned<T> before, @Nullable Versioned<T> after);
    }

    /** {@code keys} is a pattern that begins with a plain word and a slash. */
    Table(Pattern keys, Function<Value, T> read, Function<T, Value> write) {
        this.keys = keys;
        this.beginning = keys.pattern().substring(0, keys.pattern().indexOf('/') + 1);
        this.read = read;
        this.write = write;
    }

    Optional<Versioned<T>> get(String key) {
        Cell<T> cell = cells.get(key);
        return cell == null ? Optional.empty() : Optional.ofNullable(cell.record);
    }

    /** The records under keys that begin so, ascending by key. */
    List<Versioned<T>> list(String prefix) {
        List<Versioned<T>> found = new ArrayList<>();
        for (var entry : cells.tailMap(prefix).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            if (entry.getValue().record != null) {
                found.add(entry.getValue().record);
            }
        }
        return found;
    }

    /** 0 when there is none, which is what a condition for absence wants. */
    long revision(String key) {
        return get(key).map(Versioned::revision).orElse(0L);
    }

    Value encode(T value) {
        return write.apply(value);
    }

    /**
     * Tells the listener of everything there is and of each change to come. Call it before the state is started, or
     * changes in between are missed.
     */
    public void follow(Listener<T> listener) {
        listeners.add(listener);
        cells.forEach((key, cell) -> {
            if (cell.record != null) {
                listener.changed(key, null, cell.record);
            }
        });
    }

    boolean owns(String key) {
        return key.startsWith(beginning) && keys.matcher(key).matches();
    }

    /**
     * The key's record as of a revision; what is older than what is known is passed over. Called under the replica's
     * lock.
     */
    void apply(String key, Optional<Value> value, long revision) {
        Cell<T> known = cells.get(key);
        if (known != null && known.unsent) {
            if (known.heard == null || known.heard.revision < revision) {
                cells.put(key, new Cell<>(known.record, known.revision, true, new Heard(value, revision)));
            }
        } else if (known == null || known.revision < revision) {
            set(key, value, revision, false);
        }
    }

    /** The key's record as this host has it while the store is away. Called under the replica's lock. */
    void applyUnsent(String key, Optional<Value> value, long revision) {
        set(key, value, revision, true);
    }

    /** The key's record once the store has decided about what was unsent. Called under the replica's lock. */
    void settle(String key, Optional<Value> value, long revision) {
        Cell<T> known = cells.get(key);
        set(key, value, revision, false);
        if (known != null && known.heard != null) {
            apply(key, known.heard.value, known.heard.revision);
        }
    }

    private void set(String key, Optional<Value> value, long revision, boolean unsent) {
        Cell<T> known = cells.get(key);
        Versioned<T> before = known == null ? null : known.record;
        Versioned<T> after = value.map(v -> decode(key, v))
                .map(v -> new Versioned<>(v, revision))
                .orElse(null);
        cells.put(key, new Cell<>(after, revision, unsent, unsent && known != null ? known.heard : null));
        if (after == null && !unsent) {
            tombstones.add(key);
        }
        if (before != null || after != null) {
            listeners.forEach(listener -> listener.changed(key, before, after));
        }
    }

    @Nullable
    T decode(String key, Value value) {
        try {
            return read.apply(value);
        } catch (IllegalArgumentException e) {
            LOG.error("record unreadable, taken for absent key={} reason={}", key, e.getMessage());
            return null;
        }
    }

    /** The watch has told everything up to this revision. Called under the replica's lock. */
    void passed(long revision) {
        while (!tombstones.isEmpty()) {
            String key = tombstones.peekFirst();
            Cell<T> cell = cells.get(key);
            if (cell != null && cell.record == null && !cell.unsent && cell.revision > revision) {
                return;
            }
            tombstones.pollFirst();
            if (cell != null && cell.record == null && !cell.unsent) {
                cells.remove(key);
            }
        }
    }

    /** The records as entries of a store. */
    List<Store.Entry> entries() {
        List<Store.Entry> entries = new ArrayList<>();
        cells.forEach((key, cell) -> {
            if (cell.record != null) {
                entries.add(new Store.Entry(key, encode(cell.record.value()), cell.revision));
            }
        });
        return entries;
    }

    /**
     * What is known stays, and whatever the store says of it now is newer: its order numbers begin anew. Called under
     * the replica's lock.
     */
    void renew() {
        tombstones.clear();
        cells.values().removeIf(cell -> cell.record == null && !cell.unsent);
        cells.replaceAll((key, cell) -> {
            Versioned<T> record = cell.record;
            return cell.unsent || record == null
                    ? new Cell<>(record, cell.revision, cell.unsent, null)
                    : new Cell<>(new Versioned<>(record.value(), OLD), OLD, false, null);
        });
    }

    /** True when the key's record was changed here and the store does not know it yet. */
    boolean isUnsent(String key) {
        Cell<T> cell = cells.get(key);
        return cell != null && cell.unsent;
    }

    /** Keys known now, tombstones left out. */
    List<String> keys() {
        List<String> present = new ArrayList<>();
        cells.forEach((key, cell) -> {
            if (cell.record != null) {
                present.add(key);
            }
        });
        return present;
    }
}
