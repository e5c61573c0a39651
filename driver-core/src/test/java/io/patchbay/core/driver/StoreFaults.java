package io.patchbay.core.driver;

import io.patchbay.core.record.Fields;
import io.patchbay.core.store.MemoryStore;
import io.patchbay.core.store.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What may happen to a store that hosts share: wiped, the records of one kind or of one host lost, back to any revision
 * of this history or of an earlier one; between two steps of the hosts or in the middle of one, also while it is being
 * rebuilt. What a host knows alone can be lost with it, so somebody is connected then, and who is has heard of the
 * others' claims before. Until it is all there again no daemon that knows it ends while the line of one whose it is is
 * cut, and no line is cut that was not while one is.
 */
final class StoreFaults {
    private static final List<String> KINDS = List.of(
            "",
            "segments/",
            "pools/",
            "claims/",
            "networks/",
            "endpoints/",
            "macs/",
            "hosts/",
            "alive/",
            "schema",
            "history",
            "history/",
            "rebuild/",
            "calls/");
    private static final List<String> KINDS_BY_HOST = List.of("networks/", "endpoints/", "hosts/", "alive/");

    private final MemoryStore store;
    private final List<ModelHost> hosts;
    private final RandomGenerator random;
    private final Consumer<String> log;
    private final List<Runnable> backups = new ArrayList<>();
    private boolean daemonsStay;
    private boolean linesStay;
    private boolean rebuilding;
    private boolean looked;
    /** After so many commits from now it happens in the middle of one; never when negative. */
    private int commitsLeft = -1;

    StoreFaults(MemoryStore store, List<ModelHost> hosts, RandomGenerator random, Consumer<String> log) {
        this.store = store;
        this.hosts = hosts;
        this.random = random;
        this.log = log;
    }

    /** Now or soon one of them happens. */
    void come() {
        everybodyLooks();
        if (random.nextBoolean()) {
            happen();
        } else {
            commitsLeft = random.nextInt(20);
        }
    }

    /** A host has committed something and has not been answered. */
    void committed(ModelHost by) {
        if (commitsLeft == 0) {
            commitsLeft = -1;
            // those that are connected hear of everything at once
            hosts.stream().filter(h -> h.isConnected() && !h.isWaiting()).forEach(ModelHost::background);
            log.accept("while " + by.world.host() + " waits for an answer");
            happen();
        } else if (commitsLeft > 0) {
            commitsLeft--;
        }
    }

    private void happen() {
        backups.add(store.backup(earlier()));
        if (hosts.stream().noneMatch(ModelHost::isConnected) || (isRebuilding() && random.nextBoolean())) {
            return;
        }
        boolean again = isRebuilding();
        boolean anyAway = hosts.stream().anyMatch(h -> h.on && !h.isConnected());
        rebuilding = true;
        looked = false;
        boolean stay = anyAway || random.nextBoolean();
        daemonsStay = stay || (again && daemonsStay);
        linesStay = anyAway || !stay || (again && linesStay);
        choose();
    }

    private void choose() {
        switch (random.nextInt(5)) {
            case 0 -> {
                log.accept("the store is wiped");
                store.wipe();
            }
            case 1 -> {
                String prefix = prefix();
                log.accept("keys are deleted: " + prefix);
                store.deletePrefix(prefix);
            }
            case 2, 3 -> {
                long revision = earlier();
                log.accept("the store is restored to revision " + revision + " of " + store.revision());
                store.backup(revision).run();
            }
            default -> {
                int which = random.nextInt(backups.size());
                log.accept("the store is restored to backup " + which + " of " + backups.size());
                backups.get(which).run();
            }
        }
    }

    private long earlier() {
        long most = random.nextBoolean() ? 30 : store.revision();
        return store.revision() - random.nextLong(Math.min(store.revision(), most) + 1);
    }

    private String prefix() {
        String kind = KINDS.get(random.nextInt(KINDS.size()));
        return KINDS_BY_HOST.contains(kind) && random.nextBoolean()
                ? kind + hosts.get(random.nextInt(hosts.size())).world.host()
                : kind;
    }

    /** All that run hear of everything, and have answered each other. */
    void everybodyLooks() {
        List<ModelHost> inTurn = new ArrayList<>(hosts);
        Collections.rotate(inTurn, random.nextInt(hosts.size()));
        for (int i = 0; i < 4; i++) {
            inTurn.stream().filter(h -> h.on).forEach(ModelHost::background);
        }
        looked = true;
    }

    /** Whether some host has not put back yet what it knows. */
    boolean isRebuilding() {
        rebuilding &= !looked || hosts.stream().anyMatch(h -> h.on && (h.world.isAway() || !knowsHistory(h)));
        return rebuilding;
    }

    private boolean knowsHistory(ModelHost host) {
        Optional<Value> mark = store.get("history").map(e -> e.value());
        Optional<Value> known =
                host.world.onDisk("history").map(e -> Value.of(Fields.of(e).text("mark")));
        return known.equals(mark);
    }

    boolean mayCut() {
        return !isRebuilding() || !linesStay;
    }

    boolean mayKill() {
        return !isRebuilding() || !daemonsStay;
    }

    boolean mayCome() {
        return !isRebuilding() || linesStay;
    }
}
