package io.patchbay.core.state;

import io.patchbay.core.record.Stored;
import io.patchbay.core.store.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that is kept as text, for people to carry elsewhere. A record comes after those that it names. That hosts
 * are alive is no part of it.
 */
public final class Book {
    private static final int PAGE = 500;
    private static final int PAGE_CHARACTERS = 1 << 18;

    private final List<Table<?>> tables;

    Book(Tables tables) {
        this.tables = List.of(
                tables.hosts,
                tables.segments,
                tables.pools,
                tables.users,
                tables.networks,
                tables.macs,
                tables.claims,
                tables.endpoints,
                tables.definitions,
                tables.blockers);
    }

    /** A record: its key, and its JSON. */
    public record Entry(String key, String json) {}

    /** Those behind that key, or the first, and not too many at once. When the page is empty there are no more. */
    public List<Entry> page(Optional<String> after) {
        List<Entry> page = new ArrayList<>();
        int characters = 0;
        boolean reached = after.isEmpty();
        for (Table<?> table : tables) {
            boolean within = !reached && after.filter(table::owns).isPresent();
            if (!reached && !within) {
                continue;
            }
            for (String key : table.keys()) {
                if (within && key.compareTo(after.orElse("")) <= 0) {
                    continue;
                }
                Optional<Entry> entry = entry(table, key);
                entry.ifPresent(page::add);
                characters += entry.map(e -> e.json().length()).orElse(0);
                if (page.size() == PAGE || characters > PAGE_CHARACTERS) {
                    return page;
                }
            }
            reached = true;
        }
        return page;
    }

    private static <T> Optional<Entry> entry(Table<T> table, String key) {
        return table.get(key)
                .map(record -> new Entry(key, table.encode(record.value()).text()));
    }

    /** The record that the text is; empty when it is none that lies under this key, or not readable. */
    public Optional<Stored> read(String key, String json) {
        return tables.stream()
                .filter(table -> table.owns(key))
                .findFirst()
                .flatMap(table -> decoded(table, key, json))
                .filter(Stored.class::isInstance)
                .map(Stored.class::cast)
                .filter(record -> record.key().equals(key));
    }

    private static Optional<?> decoded(Table<?> table, String key, String json) {
        try {
            return table.decode(key, Value.of(json));
        } catch (RuntimeException e) {
            // a person's file may say anything, and more than a value has room for
            return Optional.empty();
        }
    }
}
