package io.patchbay.core.state;

import io.patchbay.core.record.Segment;
import io.patchbay.core.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All records as the store had them at one moment, apart from what this process knows of them; for whoever compares the
 * two.
 */
public final class Records {
    private final Tables tables;
    private final List<Difference> differences;

    private Records(Tables tables, List<Difference> differences) {
        this.tables = tables;
        this.differences = List.copyOf(differences);
    }

    /**
     * A record that this process knows otherwise than the store has it.
     *
     * @param known the revision of what is known here, 0 for nothing
     * @param there the revision of what the store has, 0 for nothing
     */
    public record Difference(String key, long known, long there) {}

    /** Those that this process knows. */
    static Records known(Tables known) {
        return new Records(known, List.of());
    }

    /** Those of the snapshot, compared with what is known. */
    static Records of(Store.Snapshot snapshot, Tables known) {
        Tables tables = new Tables();
        List<Table<?>> there = tables.all();
        snapshot.entries()
                .forEach(entry -> Table.ownerOf(entry.key(), there)
                        .ifPresent(table -> table.apply(entry.key(), Optional.of(entry.value()), entry.revision())));
        List<Difference> differences = new ArrayList<>();
        for (int i = 0; i < there.size(); i++) {
            compare(there.get(i), known.all().get(i), differences);
        }
        return new Records(tables, differences);
    }

    private static void compare(Table<?> there, Table<?> known, List<Difference> differences) {
        for (String key : known.keys()) {
            long revision = there.revisionOfAny(key);
            // what is not sent yet is to differ
            if (!known.isUnsent(key) && revision != known.revisionOfAny(key)) {
                differences.add(new Difference(key, known.revisionOfAny(key), revision));
            }
        }
        for (String key : there.keys()) {
            if (!known.isUnsent(key) && known.revisionOfAny(key) == 0) {
                differences.add(new Difference(key, 0, there.revisionOfAny(key)));
            }
        }
    }

    /** What this process knows otherwise; nothing where these are what it knows. */
    public List<Difference> differences() {
        return differences;
    }

    /** What lies on each segment, by its name. */
    public Map<String, Segment> segments() {
        Map<String, Segment> segments = new TreeMap<>();
        for (String key : tables.segments.keys()) {
            tables.segments
                    .get(key)
                    .ifPresent(s -> segments.put(
                            key.substring(tables.segments.beginning().length()), s.value()));
        }
        return segments;
    }

    public <T> Optional<Versioned<T>> peek(Ref<T> ref) {
        return ref.in(tables);
    }

    public <T> List<T> all(Refs<T> refs) {
        return refs.in(tables).stream().map(Versioned::value).toList();
    }

    /** Whether there is such a record, readable or not. */
    public boolean isThere(Ref<?> ref) {
        return peek(ref).isPresent() || ref.table(tables).unreadable(ref.key()).isPresent();
    }

    /** Whether there is one of these that cannot be read, so that what is absent proves nothing. */
    public boolean hasUnreadable(Refs<?> refs) {
        return !refs.unreadableIn(tables).isEmpty();
    }
}
