package io.patchbay.core.state;

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
 * The local replica of the records of one kind, by key. Reads never block and may lag behind the store; whoever writes puts the revision read here into the
 * transaction's conditions. Only the {@link Replica} changes it.
 */
public final class Table<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Table.class);

    private final Pattern keys;
    private final Function<Value, T> read;
    private final Function<T, Value> write;
    private final ConcurrentSkipListMap<String, Cell<T>> cells = new ConcurrentSkipListMap<>();
    private final Deque<String> tombstones = new ArrayDeque<>();
    private final List<Listener<T>> listeners = new CopyOnWriteArrayList<>();

    /** A deleted record leaves an empty cell until the watch has passed its revision, or a late event would bring the record back. */
    private record Cell<T>(@Nullable Versioned<T> record, long revision) {}

    /** Hears each change in order, in the thread that makes it; must be quick and must not commit. */
    public interface Listener<T> {
        void changed(String key, @Nullable Versioned<T> before, @Nullable Versioned<T> after);
    }

    Table(Pattern keys, Function<Value, T> read, Function<T, Value> write) {
        this.keys = keys;
        this.read = read;
        this.write = write;
    }

    public Optional<Versioned<T>> get(String key) {
        Cell<T> cell = cells.get(key);
        return cell == null ? Optional.empty() : Optional.ofNullable(cell.record);
    }

    /** The records under keys that begin so, ascending by key. */
    public List<Versioned<T>> list(String prefix) {
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
    public long revision(String key) {
        return get(key).map(Versioned::revision).orElse(0L);
    }

    public Value encode(T value) {
        return write.apply(value);
    }

    /** Tells the listener of everything there is and of each change to come. Call it before the state is started, or changes in between are missed. */
    public void follow(Listener<T> listener) {
        listeners.add(listener);
        cells.forEach((key, cell) -> {
            if (cell.record != null) {
                listener.changed(key, null, cell.record);
            }
        });
    }

    boolean owns(String key) {
        return keys.matcher(key).matches();
    }

    /** The key's record as of a revision; what is older than what is known is passed over. Called under the replica's lock. */
    void apply(String key, Optional<Value> value, long revision) {
        Cell<T> known = cells.get(key);
        if (known != null && known.revision >= revision) {
            return;
        }
        Versioned<T> before = known == null ? null : known.record;
        Versioned<T> after = value.map(v -> decode(key, v))
                .map(v -> new Versioned<>(v, revision))
                .orElse(null);
        cells.put(key, new Cell<>(after, revision));
        if (after == null) {
            tombstones.add(key);
        }
        if (before != null || after != null) {
            listeners.forEach(listener -> listener.changed(key, before, after));
        }
    }

    private @Nullable T decode(String key, Value value) {
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
            if (cell != null && cell.record == null && cell.revision > revision) {
                return;
            }
            tombstones.pollFirst();
            if (cell != null && cell.record == null) {
                cells.remove(key);
            }
        }
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
