package io.patchbay.core.state;

import io.patchbay.core.store.Store;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a host has to write yet into a store that is being rebuilt, by what it knows and what is there by now. */
final class RebuildSteps {
    private final Replica replica;
    private final Journal journal;

    RebuildSteps(Replica replica, Journal journal) {
        this.replica = replica;
        this.journal = journal;
    }

    /** This host's own first, segments last, which follow from the pools; empty when nothing is left to do. */
    List<Step> left(Store.Snapshot read, RebuildRules.Setting setting) {
        RebuildRules judge = new RebuildRules(replica, setting);
        Map<String, Store.Entry> present = byKey(read.entries());
        Map<String, Store.Entry> known = byKey(replica.entries());
        Set<String> keys = new TreeSet<>(present.keySet());
        keys.addAll(known.keySet());
        List<Step> steps = new ArrayList<>();
        for (String key : keys) {
            Optional<Store.Entry> mine = Optional.ofNullable(known.get(key)).map(this::byOldRevision);
            judge.judge(key, mine, Optional.ofNullable(present.get(key))).ifPresent(steps::add);
        }
        steps.sort(Comparator.comparing(step -> !step.key().contains("/" + setting.host() + "/")));
        if (setting.shared()) {
            steps.addAll(SegmentSteps.after(steps, read, replica::decode));
        }
        return steps;
    }

    private Map<String, Store.Entry> byKey(List<Store.Entry> entries) {
        Map<String, Store.Entry> judged = new HashMap<>();
        entries.stream().filter(e -> isJudged(e.key())).forEach(e -> judged.put(e.key(), e));
        return judged;
    }

    /** Who is alive says so itself, and segments are made of pools. */
    private boolean isJudged(String key) {
        return !key.startsWith("alive/") && !key.startsWith("segments/") && replica.isRecord(key);
    }

    /** What is unsent speaks for itself by what it was based on. */
    private Store.Entry byOldRevision(Store.Entry entry) {
        return journal.find(entry.key())
                .map(unsent -> new Store.Entry(entry.key(), entry.value(), unsent.base()))
                .orElse(entry);
    }
}
