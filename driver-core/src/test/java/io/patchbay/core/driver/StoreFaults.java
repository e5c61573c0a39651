package io.patchbay.core.driver;

import io.patchbay.core.store.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** What may happen to a store that hosts share: wiped, the records of one kind lost, back to an earlier time. */
final class StoreFaults {
    private static final List<String> PREFIXES = List.of("", "claims/", "pools/", "segments/", "history");

    private final MemoryStore store;
    private final RandomGenerator random;
    private final Consumer<String> log;
    private final List<Runnable> backups = new ArrayList<>();

    StoreFaults(MemoryStore store, RandomGenerator random, Consumer<String> log) {
        this.store = store;
        this.random = random;
        this.log = log;
    }

    /** It may go back to how it is now. */
    void backUp() {
        backups.add(store.backup());
    }

    /** One of them happens. */
    void happen() {
        switch (random.nextInt(4)) {
            case 0 -> {
                log.accept("the store is wiped");
                store.wipe();
            }
            case 1 -> {
                String prefix = PREFIXES.get(random.nextInt(PREFIXES.size()));
                log.accept("keys are deleted: " + prefix);
                store.deletePrefix(prefix);
            }
            default -> {
                int which = random.nextInt(backups.size());
                log.accept("the store is restored to backup " + which + " of " + backups.size());
                backups.get(which).run();
            }
        }
    }
}
