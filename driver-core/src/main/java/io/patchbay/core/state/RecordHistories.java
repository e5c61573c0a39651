package io.patchbay.core.state;

import io.patchbay.core.state.Origins.Origin;
import io.patchbay.core.store.Store;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says of which history each record of a store is that has got a new mark, as seen by a host that knows some history.
 * What was put back is of the history of whoever put it back, at the revision that it had there.
 */
final class RecordHistories {
    private final Mark old;
    /** The newest first. */
    private final List<Mark.Layer> layers;

    private final Store.Snapshot read;
    private final UnreadableNotes unreadableNotes;
    private final Map<String, Map<String, Origin>> origins = new HashMap<>();

    /** A history, compared with the one that this host knows. */
    enum Relation {
        SAME,
        OLDER,
        OTHER
    }

    /** What speaks for a record: a revision of a history, and who put it back by that; empty when nobody did. */
    record Word(Relation relation, long revision, String by) {}

    /** {@code mark} is the new one, {@code old} that of the history that this host knows. */
    RecordHistories(Mark.Seen mark, Mark old, Store.Snapshot read, UnreadableNotes unreadableNotes) {
        this.old = old;
        this.read = read;
        this.layers = mark.above();
        this.unreadableNotes = unreadableNotes;
    }

    Word of(Store.Entry there) {
        String layer = layers.stream()
                .filter(l -> l.since() <= there.revision())
                .map(Mark.Layer::id)
                .findFirst()
                .orElse("");
        return Optional.ofNullable(originsOf(layer).get(there.key()))
                .filter(o -> o.at() == there.revision())
                .map(o -> new Word(relation(o.history()), o.revision(), o.by()))
                .orElseGet(() -> new Word(relation(layer), there.revision(), ""));
    }

    /** By what a record that is not there was ended under the new mark; empty when nobody has done so. */
    Optional<Word> end(String key) {
        return Optional.ofNullable(originsOf(layers.get(0).id()).get(key))
                .filter(Origin::ended)
                .map(o -> new Word(relation(o.history()), o.revision(), o.by()));
    }

    private Map<String, Origin> originsOf(String layer) {
        return layer.isEmpty()
                ? Map.of()
                : origins.computeIfAbsent(layer, id -> Origins.read(RebuildNotes.PREFIX + id, read, unreadableNotes));
    }

    private Relation relation(String history) {
        if (history.equals(old.id())) {
            return Relation.SAME;
        }
        return history.isEmpty() || old.ancestors().contains(history) ? Relation.OLDER : Relation.OTHER;
    }
}
