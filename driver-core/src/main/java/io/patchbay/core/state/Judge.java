package io.patchbay.core.state;

import io.patchbay.core.store.Store;
import io.patchbay.core.store.Value;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Says of one record what a host has to do about it in a store with a new history, by what it knows of the old one. All
 * knowledge is of one history, so of two copies the one with the higher revision there is right; a host is the judge of
 * its own records.
 */
final class Judge {
    private final Replica replica;
    private final Setting setting;

    /**
     * A write: {@code value} under the condition that the record has revision {@code base}, 0 for absent; no value ends
     * it. {@code origin} is the old revision that speaks for it.
     */
    record Step(String key, long base, Optional<Value> value, long origin) {}

    /**
     * What some host has put back or ended in the new history, by which revision of the old one, and at which revision
     * of the new one it did so.
     */
    record Origin(long revision, boolean ended, long at) {}

    /**
     * Of which history what the store had before the new one began is: that which this host knows, one that it came out
     * of, or another.
     */
    enum Content {
        SAME,
        OLDER,
        OTHER
    }

    /**
     * What holds for all records.
     *
     * @param complete this host knew everything up to {@code heard}, so that what it does not know had ended
     * @param mark at which revision the new history began: what is older was left by the old one
     * @param content of which history that is, compared with the one that this host knows
     * @param shared this host may put back what is not its own
     * @param origins of the history that this host knows
     * @param alive whether a host sees to its own records
     */
    record Setting(
            String host,
            boolean complete,
            long heard,
            long mark,
            Content content,
            boolean shared,
            Map<String, Origin> origins,
            Predicate<String> alive) {}

    Judge(Replica replica, Setting setting) {
        this.replica = replica;
        this.setting = setting;
    }

    /**
     * What is to be done about the record, of which this host knows {@code mine} with its old revision and the store
     * has {@code there}.
     */
    Optional<Step> judge(String key, Optional<Store.Entry> mine, Optional<Store.Entry> there) {
        Optional<Object> record = there.flatMap(e -> Optional.ofNullable(replica.decode(key, e.value())));
        if (there.isPresent() && record.isEmpty()) {
            // a newer version's, or rubbish: whoever can read it may judge it
            return Optional.empty();
        }
        Optional<Object> known = mine.flatMap(e -> Optional.ofNullable(replica.decode(key, e.value())));
        if (known.isPresent() && known.equals(record)) {
            return Optional.empty();
        }
        String knownOwner = known.map(r -> Ownership.ownerOf(key, r)).orElse("");
        String presentOwner = record.map(r -> Ownership.ownerOf(key, r)).orElse("");
        boolean disputed = mine.isPresent() && there.isPresent() && !knownOwner.equals(presentOwner);
        if (knownOwner.equals(setting.host())) {
            boolean right = disputed ? wins(mine.get(), there.get()) : !isNewer(there, mine.get());
            return right ? put(key, mine.get(), there) : Optional.empty();
        }
        if (presentOwner.equals(setting.host())) {
            return setting.complete() ? end(key, there.get()) : Optional.empty();
        }
        if (!setting.shared() || setting.alive().test(mine.isPresent() ? knownOwner : presentOwner)) {
            return Optional.empty();
        }
        return mine.isPresent() ? putBack(key, mine.get(), there) : endIfOver(key, there);
    }

    /** What this host's disk had not been told of when its daemon died. */
    private boolean isNewer(Optional<Store.Entry> there, Store.Entry mine) {
        return !setting.complete()
                && setting.content() == Content.SAME
                && there.filter(e -> isOfOldHistory(e) && e.revision() > mine.revision())
                        .isPresent();
    }

    private Optional<Step> putBack(String key, Store.Entry mine, Optional<Store.Entry> there) {
        boolean right = there.map(present -> wins(mine, present)).orElseGet(() -> {
            Origin origin = setting.origins().get(key);
            return origin == null || !origin.ended() || origin.revision() < mine.revision();
        });
        return right ? put(key, mine, there) : Optional.empty();
    }

    /** Whether the copy that is known here is of a later time of the old history than what the store has. */
    private boolean wins(Store.Entry mine, Store.Entry there) {
        if (isOfOldHistory(there)) {
            return switch (setting.content()) {
                case SAME -> mine.revision() > there.revision();
                case OLDER -> true;
                case OTHER -> false;
            };
        }
        return origin(there).filter(o -> mine.revision() > o.revision()).isPresent();
    }

    private Optional<Step> endIfOver(String key, Optional<Store.Entry> there) {
        boolean over = setting.complete()
                && there.filter(present -> isOfOldHistory(present)
                                ? isKnown(present)
                                : origin(present)
                                        .filter(o -> o.revision() < setting.heard())
                                        .isPresent())
                        .isPresent();
        return over ? end(key, there.get()) : Optional.empty();
    }

    private boolean isKnown(Store.Entry there) {
        return switch (setting.content()) {
            case SAME -> there.revision() <= setting.heard();
            case OLDER -> true;
            case OTHER -> false;
        };
    }

    private boolean isOfOldHistory(Store.Entry there) {
        return there.revision() < setting.mark();
    }

    /** By what the present record was put back; empty when it has been written since. */
    private Optional<Origin> origin(Store.Entry there) {
        return Optional.ofNullable(setting.origins().get(there.key())).filter(o -> o.at() == there.revision());
    }

    private static Optional<Step> put(String key, Store.Entry mine, Optional<Store.Entry> there) {
        long base = there.map(Store.Entry::revision).orElse(0L);
        return Optional.of(new Step(key, base, Optional.of(mine.value()), mine.revision()));
    }

    private Optional<Step> end(String key, Store.Entry there) {
        return Optional.of(new Step(key, there.revision(), Optional.empty(), setting.heard()));
    }
}
