package io.patchbay.core.state;

import io.patchbay.core.state.RecordHistories.Relation;
import io.patchbay.core.state.RecordHistories.Word;
import io.patchbay.core.store.Store;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Says of one record what a host has to do about it in a store with a new history, by what it knows of the old one. All
 * knowledge is of one history, so of two copies the one with the higher revision there is right; a host is the judge of
 * its own records.
 */
final class RebuildRules {
    private final Replica replica;
    private final Setting setting;

    /**
     * What holds for all records.
     *
     * @param complete this host knew everything up to {@code known}, so that what it does not know had ended
     * @param recordHistories of which history each record is
     * @param shared this host may put back what is not its own
     * @param open nobody has gone on, so that what is not its own and not there has not been ended since
     * @param done whether a host has put back its own records, so that it is their judge
     */
    record Setting(
            String host,
            boolean complete,
            long known,
            RecordHistories recordHistories,
            boolean shared,
            boolean open,
            Predicate<String> done) {}

    RebuildRules(Replica replica, Setting setting) {
        this.replica = replica;
        this.setting = setting;
    }

    /**
     * What is to be done about the record, of which this host knows {@code mine} with its old revision and the store
     * has {@code there}.
     */
    Optional<Step> judge(String key, Optional<Store.Entry> mine, Optional<Store.Entry> there) {
        Optional<Object> record = there.flatMap(e -> replica.decode(key, e.value()));
        if (there.isPresent() && record.isEmpty()) {
            // a newer version's, or rubbish: whoever can read it may judge it
            return Optional.empty();
        }
        Optional<Object> known = mine.flatMap(e -> replica.decode(key, e.value()));
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
        String owner = mine.isPresent() ? knownOwner : presentOwner;
        boolean others = setting.shared() && !setting.done().test(owner);
        if (presentOwner.equals(setting.host()) && !(mine.isPresent() && others)) {
            // that it is over says nothing of who has the address since
            long over = mine.isPresent() ? 0 : setting.known();
            return setting.complete() ? Optional.of(end(key, there.get(), over)) : Optional.empty();
        }
        if (!others || (!disputed && isPutBackByOwner(there, presentOwner))) {
            return Optional.empty();
        }
        Optional<Step> step = mine.isPresent() ? putBack(key, mine.get(), there) : endIfOver(key, there);
        return step.map(s -> s.of(owner));
    }

    /** What this host's disk had not been told of when its daemon died. */
    private boolean isNewer(Optional<Store.Entry> there, Store.Entry mine) {
        return !setting.complete()
                && there.map(setting.recordHistories()::of)
                        .filter(w ->
                                w.relation() == Relation.SAME && w.by().isEmpty() && w.revision() > mine.revision())
                        .isPresent();
    }

    /** What the record's own host has put back is not for others to judge. */
    private boolean isPutBackByOwner(Optional<Store.Entry> there, String owner) {
        return !owner.isEmpty()
                && there.map(setting.recordHistories()::of)
                        .filter(w -> w.by().equals(owner))
                        .isPresent();
    }

    private Optional<Step> putBack(String key, Store.Entry mine, Optional<Store.Entry> there) {
        boolean right = there.map(present -> wins(mine, present))
                .orElseGet(() -> setting.open()
                        && setting.recordHistories()
                                .end(key)
                                .filter(w -> !isOlder(mine, w))
                                .isEmpty());
        return right ? put(key, mine, there) : Optional.empty();
    }

    /** Whether the copy that is known here is of a later time than what the store has. */
    private boolean wins(Store.Entry mine, Store.Entry there) {
        return isOlder(mine, setting.recordHistories().of(there));
    }

    private static boolean isOlder(Store.Entry mine, Word word) {
        return switch (word.relation()) {
            case SAME -> mine.revision() > word.revision();
            case OLDER -> true;
            case OTHER -> false;
        };
    }

    private Optional<Step> endIfOver(String key, Optional<Store.Entry> there) {
        boolean over = setting.complete()
                && there.map(setting.recordHistories()::of)
                        .filter(this::isKnown)
                        .isPresent();
        return over ? Optional.of(end(key, there.get(), setting.known())) : Optional.empty();
    }

    private boolean isKnown(Word word) {
        return switch (word.relation()) {
            case SAME -> word.revision() <= setting.known();
            case OLDER -> true;
            case OTHER -> false;
        };
    }

    private static Optional<Step> put(String key, Store.Entry mine, Optional<Store.Entry> there) {
        long base = there.map(Store.Entry::revision).orElse(0L);
        return Optional.of(new Step(key, base, Optional.of(mine.value()), mine.revision(), ""));
    }

    private static Step end(String key, Store.Entry there, long origin) {
        return new Step(key, there.revision(), Optional.empty(), origin, "");
    }
}
