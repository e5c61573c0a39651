package io.patchbay.core.state;

import io.patchbay.core.record.Fields;
import io.patchbay.core.store.KeySyntax;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What marks a history of the store, under {@link #KEY} and once more under a key of its own.
 *
 * @param layers of which histories the records are that are older than the mark, the newest first
 * @param ancestors the histories it came out of, the latest first
 */
record Mark(String id, List<Layer> layers, List<String> ancestors) {
    static final String KEY = "history";

    static final Mark NONE = new Mark("", List.of(), List.of());

    private static final String GUARDS = KEY + "/";
    private static final int MOST_ANCESTORS = 16;

    /** From which revision of the store on its records are of which history. */
    record Layer(String id, long since) {
        private static Layer parse(String text) {
            int space = text.indexOf(' ');
            if (space < 0) {
                throw new IllegalArgumentException("a layer of a mark is \"" + text + "\"");
            }
            return new Layer(text.substring(0, space), Long.parseLong(text.substring(space + 1)));
        }

        @Override
        public String toString() {
            return id + " " + since;
        }
    }

    /** A mark as a store has it, at a revision there; {@link #NONE} if it cannot be read. */
    record Seen(Mark mark, long revision) {
        /** That which this value is, which was written at the revision. */
        static Seen of(Value value, long revision) {
            try {
                return new Seen(read(value), revision);
            } catch (IllegalArgumentException e) {
                return new Seen(NONE, revision);
            }
        }

        /** That among what was read. */
        static Optional<Seen> in(Store.Snapshot read) {
            return read.entries().stream()
                    .filter(e -> e.key().equals(KEY))
                    .findFirst()
                    .map(e -> of(e.value(), e.revision()));
        }

        /** The layers of a store in which the mark is so, its own first. */
        List<Layer> above() {
            return mark.above(revision);
        }
    }

    /** Whether it is the key of its own that some mark may have. */
    static boolean isGuard(String key) {
        return key.startsWith(GUARDS) && KeySyntax.isKey(key);
    }

    /** Throws {@link IllegalArgumentException} when it cannot be read. */
    static Mark read(Value value) {
        Fields f = Fields.of(value);
        if (!isGuard(GUARDS + f.text("id"))) {
            throw new IllegalArgumentException("the id of a mark is \"" + f.text("id") + '"');
        }
        return new Mark(f.text("id"), f.list("layers", Layer::parse), f.list("ancestors", a -> a));
    }

    Value write() {
        return Fields.with(Map.of())
                .put("id", id)
                .put("layers", layers)
                .put("ancestors", ancestors)
                .value();
    }

    /**
     * Where it is written a second time. Two marks may have one revision if the store began to count anew, so the key
     * is the mark's own.
     */
    String guardKey() {
        return GUARDS + id;
    }

    boolean isNone() {
        return id.isEmpty();
    }

    boolean descendsFrom(Mark other) {
        return ancestors.contains(other.id());
    }

    /** Whether nobody has known a later history than that when this mark was made. */
    boolean continues(Mark other) {
        return isFirst() || ancestors.get(0).equals(other.id());
    }

    /** One that nobody made who knew another. */
    boolean isFirst() {
        return !isNone() && ancestors.isEmpty();
    }

    /** The layers of a store in which this mark has that revision, its own first. */
    List<Layer> above(long revision) {
        return Stream.concat(Stream.of(new Layer(id, revision)), layers.stream())
                .limit(MOST_ANCESTORS)
                .toList();
    }

    /**
     * The mark of what comes after this one, in a store that has another's mark or none.
     *
     * @param below the layers of that store
     */
    Mark next(Optional<Mark> present, List<Layer> below) {
        Stream<String> mine = Stream.concat(Stream.of(id), ancestors.stream());
        Stream<String> its = present.stream().flatMap(p -> Stream.concat(Stream.of(p.id()), p.ancestors().stream()));
        boolean later = present.filter(p -> p.descendsFrom(this)).isPresent();
        List<String> all = (later ? Stream.concat(its, mine) : Stream.concat(mine, its))
                .filter(a -> !a.isEmpty())
                .distinct()
                .limit(MOST_ANCESTORS)
                .toList();
        return new Mark(UUID.randomUUID().toString(), below, all);
    }
}
