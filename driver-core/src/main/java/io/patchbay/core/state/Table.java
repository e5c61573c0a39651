package io.patchbay.core.state;

import io.patchbay.core.record.Stored;
import io.patchbay.core.store.KeySyntax;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Value;
import io.patchbay.core.work.Chores;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one kind by key, as this process knows them. Reads never block and may lag behind the store. Each
 * record comes with its revision, which is what a condition on it names. Only the {@link Replica} changes it.
 */
public final class Table<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Table.class);

    /** The revision of a record of an earlier history; a store's own are larger, and 0 would be absence. */
    static final long OLD = 1;

    /** A host's disk has words of its own before it. */
    private static final int LONGEST = 1000;

    /** What each key begins with; asked before the pattern, for every change is offered to every table. */
    private final String beginning;

    private final KeyShape keys;
    private final Function<Value, T> read;
    private final Function<T, Value> write;
    private final ConcurrentSkipListMap<String, Cell<T>> cells = new ConcurrentSkipListMap<>();
    private final Deque<String> tombstones = new ArrayDeque<>();
    private final List<Listener<T>> listeners = new CopyOnWriteArrayList<>();
    /** Why, by key; their cells have no record. */
    private final ConcurrentSkipListMap<String, String> unreadable = new ConcurrentSkipListMap<>();

    /**
     * A deleted record leaves an empty cell until the watch has passed its revision, or a late event would bring the
     * record back.
     *
     * @param print the fingerprint of the value that was read, 0 for none
     * @param unsent changed here while the store was away; the store's own changes do not show before it has been sent
     * @param hidden the newest of those changes
     */
    private record Cell<T>(
            @Nullable Versioned<T> record,
            long revision,
            long print,
            boolean unsent,
            @Nullable Told hidden) {}

    /** What the store has said of a record, empty that it is gone, and at which revision. */
    record Told(Optional<Value> value, long revision) {}

    /** Hears each change in order, in the thread that makes it; must be quick and must not commit. */
    public interface Listener<T> {
        void changed(String key, @Nullable Versioned<T> before, @Nullable Versioned<T> after);

        /** The key has a record that cannot be read, or has it no longer; told before {@link #changed}. */
        default void unreadable(String key, boolean now) {}
    }

    /** Says of a record that is known here and not in the store whether it is kept all the same. */
    interface Missing {
        boolean isKept(String key, Object record, Value value);
    }

    /** {@code keys} is a pattern that begins with a plain word and a slash. */
    Table(Pattern keys, Function<Value, T> read, Function<T, Value> write) {
        this(keys.pattern().substring(0, keys.pattern().indexOf('/') + 1), keys, read, write);
    }

    /** {@code beginning} is that of all keys. */
    Table(String beginning, Pattern keys, Function<Value, T> read, Function<T, Value> write) {
        this.beginning = beginning;
        this.keys = KeyShape.of(keys);
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

    /** As {@link #revision}, and 0 for what is unsent, or of another kind. */
    long settledRevision(String key) {
        Cell<T> cell = key.startsWith(beginning) ? cells.get(key) : null;
        return cell == null || cell.unsent || cell.record == null ? 0 : cell.record.revision();
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
        unreadable.keySet().forEach(key -> listener.unreadable(key, true));
    }

    String beginning() {
        return beginning;
    }

    boolean owns(String key) {
        return key.startsWith(beginning) && keys.fits(key);
    }

    /** The first of the tables that takes the key. */
    static Optional<Table<?>> ownerOf(String key, List<Table<?>> tables) {
        for (Table<?> table : tables) {
            if (table.owns(key)) {
                return Optional.of(table);
            }
        }
        return Optional.empty();
    }

    /**
     * The key's record as of a revision; what is older than what is known is passed over. Called under the replica's
     * lock.
     */
    void apply(String key, Optional<Value> value, long revision) {
        Cell<T> known = cells.get(key);
        if (known != null && known.unsent) {
            if (known.hidden == null || known.hidden.revision < revision) {
                cells.put(key, new Cell<>(known.record, known.revision, known.print, true, new Told(value, revision)));
            }
        } else if (known == null || known.revision < revision) {
            set(key, known, value, revision, false);
        }
    }

    /** The key's record as this host has it while the store is away. Called under the replica's lock. */
    void applyUnsent(String key, Optional<Value> value, long revision) {
        set(key, cells.get(key), value, revision, true);
    }

    /** The key's record once the store has decided about what was unsent. Called under the replica's lock. */
    void settle(String key, Optional<Value> value, long revision) {
        Cell<T> known = cells.get(key);
        set(key, known, value, revision, false);
        if (known != null && known.hidden != null) {
            apply(key, known.hidden.value, known.hidden.revision);
        }
    }

    private void set(String key, @Nullable Cell<T> known, Optional<Value> value, long revision, boolean unsent) {
        Versioned<T> before = known == null ? null : known.record;
        long print = value.map(Value::fingerprint).orElse(0L);
        Versioned<T> after = value.flatMap(v -> same(known, print).or(() -> readable(key, v)))
                .map(v -> new Versioned<>(v, revision))
                .orElse(null);
        boolean isUnreadable = value.isPresent() && after == null;
        cells.put(key, new Cell<>(after, revision, print, unsent, unsent && known != null ? known.hidden : null));
        if (after == null && !unsent && !isUnreadable) {
            tombstones.add(key);
        }
        if (!isUnreadable && unreadable.remove(key) != null) {
            tell(listener -> listener.unreadable(key, false));
        }
        if (before != null || after != null) {
            tell(listener -> listener.changed(key, before, after));
        }
    }

    /** The record that is known, if it was read from the same value. */
    private static <T> Optional<T> same(@Nullable Cell<T> known, long print) {
        return known == null || known.record == null || known.print != print
                ? Optional.empty()
                : Optional.of(known.record.value());
    }

    /** Whether the record that is known was read from the same value. */
    boolean isSame(String key, Value value) {
        return same(cells.get(key), value.fingerprint()).isPresent();
    }

    /** One that fails keeps none of the others, nor the record, from being told. */
    private void tell(Consumer<Listener<T>> news) {
        Chores.each("telling of a record", listeners, Object::toString, news);
    }

    /** The record; one that cannot be read is noted and said, once. */
    private Optional<T> readable(String key, Value value) {
        try {
            return Optional.of(checked(key, value));
        } catch (RuntimeException e) {
            String reason = String.valueOf(e.getMessage()).strip();
            String told = unreadable.put(key, reason);
            if (!reason.equals(told)) {
                LOG.error("record cannot be read and is left as it is key={} reason=\"{}\"", key, reason);
            }
            if (told == null) {
                tell(listener -> listener.unreadable(key, true));
            }
            return Optional.empty();
        }
    }

    private T checked(String key, Value value) {
        if (key.length() > LONGEST || !KeySyntax.isKey(key)) {
            throw new IllegalArgumentException("its key is none that could be written");
        }
        T record = read.apply(value);
        if (record instanceof Stored stored && !stored.key().equals(key)) {
            throw new IllegalArgumentException("it says that it is " + stored.key());
        }
        return record;
    }

    /** What a value under this key says; empty when it cannot be read. */
    Optional<T> decode(String key, Value value) {
        try {
            return Optional.of(checked(key, value));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Why the key's record cannot be read; empty when it can, or there is none. */
    Optional<String> unreadable(String key) {
        return Optional.ofNullable(unreadable.get(key));
    }

    /** Those under keys that begin so, ascending by key. */
    List<Unreadable> allUnreadable(String prefix) {
        List<Unreadable> found = new ArrayList<>();
        for (var entry : unreadable.tailMap(prefix).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            found.add(new Unreadable(entry.getKey(), entry.getValue()));
        }
        return found;
    }

    /** The revision of what is under the key, whether or not it can be read; 0 when nothing is. */
    long revisionOfAny(String key) {
        Cell<T> cell = cells.get(key);
        return cell != null && (cell.record != null || unreadable.containsKey(key)) ? cell.revision : 0;
    }

    /** The watch has told everything up to this revision. Called under the replica's lock. */
    void passed(long revision) {
        while (!tombstones.isEmpty()) {
            String key = tombstones.peekFirst();
            Cell<T> cell = cells.get(key);
            if (cell != null && isTombstone(key, cell)) {
                if (cell.revision > revision) {
                    return;
                }
                cells.remove(key);
            }
            tombstones.pollFirst();
        }
    }

    /** The record as an entry of a store. */
    Optional<Store.Entry> entry(String key) {
        return get(key).map(known -> new Store.Entry(key, encode(known.value()), known.revision()));
    }

    /**
     * What is known stays, and whatever the store says of it now is newer: its order numbers begin anew. Called under
     * the replica's lock.
     */
    void renew() {
        tombstones.clear();
        cells.entrySet().removeIf(e -> isTombstone(e.getKey(), e.getValue()));
        cells.replaceAll((key, cell) -> {
            Versioned<T> record = cell.record;
            if (cell.unsent) {
                return new Cell<>(record, cell.revision, cell.print, true, null);
            }
            Versioned<T> old = record == null ? null : new Versioned<>(record.value(), OLD);
            return new Cell<>(old, OLD, cell.print, false, null);
        });
    }

    private boolean isTombstone(String key, Cell<T> cell) {
        return cell.record == null && !cell.unsent && !unreadable.containsKey(key);
    }

    /** Has gone whatever is known and is not among {@code present}, but for what is kept all the same. */
    void forgetMissing(Set<String> present, long revision, Missing missing) {
        for (String key : keys()) {
            if (present.contains(key)) {
                continue;
            }
            Optional<Versioned<T>> known = get(key);
            boolean gone = known.isEmpty()
                    || isUnsent(key)
                    || !missing.isKept(
                            key, known.get().value(), encode(known.get().value()));
            if (gone) {
                apply(key, Optional.empty(), revision);
            }
        }
        passed(revision);
    }

    /** True when the key's record was changed here and the store does not know it yet. */
    boolean isUnsent(String key) {
        Cell<T> cell = cells.get(key);
        return cell != null && cell.unsent;
    }

    /** What the store has said of the key's record since it was changed here; empty when it has said nothing. */
    Optional<Told> toldSince(String key) {
        Cell<T> cell = cells.get(key);
        return cell == null ? Optional.empty() : Optional.ofNullable(cell.hidden);
    }

    /** Keys known now, also of what cannot be read, tombstones left out. */
    List<String> keys() {
        List<String> present = new ArrayList<>(unreadable.keySet());
        cells.forEach((key, cell) -> {
            if (cell.record != null) {
                present.add(key);
            }
        });
        return present;
    }
}
