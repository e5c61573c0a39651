package io.patchbay.core.state;

import io.patchbay.core.record.Fields;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * By which revisions of which histories records were put back or ended. Each host notes it in the store in the
 * transaction that does so. A note that cannot be read says nothing of any record.
 */
final class Origins {
    private static final String PART = "/origins/";

    private Origins() {}

    /**
     * By which revision of which history some host has put a record back or ended it, and at which revision of the
     * store which host did so.
     */
    record Origin(String history, long revision, boolean ended, long at, String by) {}

    /** What keys begin with that lie under this. */
    static String under(String mark) {
        return mark + PART;
    }

    /** The note of what a host writes under a mark, by what it knows of a history. */
    static Transaction.Put note(String under, String host, String history, List<Step> steps) {
        Map<String, String> origins = new HashMap<>();
        steps.forEach(step -> origins.put(step.key(), (step.value().isPresent() ? "" : "-") + step.origin()));
        Value value = Fields.with(Map.of())
                .put("history", history)
                .put("origins", origins)
                .value();
        return new Transaction.Put(under(under) + host + "/" + UUID.randomUUID(), value, Optional.empty());
    }

    /** Those noted under a mark, by key; of each record the last. */
    static Map<String, Origin> read(String under, Store.Snapshot read, UnreadableNotes unreadableNotes) {
        Map<String, Origin> origins = new HashMap<>();
        read.entries().stream()
                .filter(e -> e.key().startsWith(under(under)))
                .flatMap(note ->
                        unreadableNotes.orElse(note, () -> of(note), Map.<String, Origin>of()).entrySet().stream())
                .forEach(e -> origins.merge(e.getKey(), e.getValue(), (x, y) -> x.at() >= y.at() ? x : y));
        return origins;
    }

    private static Map<String, Origin> of(Store.Entry note) {
        String by = note.key().replaceFirst(".*" + PART, "").replaceFirst("/.*", "");
        Fields f = Fields.of(note.value());
        String history = f.text("history");
        Map<String, Origin> origins = new HashMap<>();
        f.texts("origins").forEach((key, text) -> {
            boolean ended = text.startsWith("-");
            long revision = Long.parseLong(ended ? text.substring(1) : text);
            origins.put(key, new Origin(history, revision, ended, note.revision(), by));
        });
        return origins;
    }
}
