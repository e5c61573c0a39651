package io.patchbay.core.state;

import io.patchbay.core.store.Store;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** What a host has to write yet into a store that is being rebuilt, by what it knows and what is there by now. */
final class RebuildSteps {
    private final Replica replica;
    private final Journal journal;

    RebuildSteps(Replica replica, Journal journal) {
        this.replica = replica;
        this.journal = journal;
    }

    /**
     * This host's own and shared ones first, segments last, which follow from the pools; empty when nothing is left to
     * do. What other hosts have to do as well each begins at another place.
     */
    List<Step> left(Store.Snapshot read, RebuildRules.Setting setting) {
        RebuildRules judge = new RebuildRules(replica, setting);
        List<Step> steps = new ArrayList<>();
        List<Step> others = new ArrayList<>();
        Consumer<Step> found = step -> (step.owner().isEmpty() ? steps : others).add(step);
        Set<String> present = new HashSet<>();
        // one after the other: all that is known here, written out beside all that was read, is more than there is room
        for (Store.Entry there : read.entries()) {
            if (isJudged(there.key())) {
                present.add(there.key());
                if (!isSame(there)) {
                    judge.judge(there.key(), known(there.key()), Optional.of(there))
                            .ifPresent(found);
                }
            }
        }
        replica.keys("").stream()
                .filter(key -> !present.contains(key) && isJudged(key))
                .forEach(key -> judge.judge(key, known(key), Optional.empty()).ifPresent(found));
        others.sort(Comparator.comparing(Step::key));
        Collections.rotate(others, (int)
                (others.size() * new SplittableRandom(setting.host().hashCode()).nextDouble()));
        String own = "/" + setting.host() + "/";
        steps.sort(
                Comparator.comparing((Step step) -> !step.key().contains(own)).thenComparing(Step::key));
        steps.addAll(others);
        if (setting.shared()) {
            steps.addAll(SegmentSteps.after(steps, read, replica::decode));
        }
        return steps;
    }

    /** Who is alive says so itself, and segments are made of pools. */
    private boolean isJudged(String key) {
        return !key.startsWith("alive/") && !key.startsWith("segments/") && replica.isRecord(key);
    }

    private boolean isSame(Store.Entry there) {
        return replica.owner(there.key())
                .filter(table -> table.isSame(there.key(), there.value()))
                .isPresent();
    }

    /** What is unsent speaks for itself by what it was based on. */
    private Optional<Store.Entry> known(String key) {
        Optional<Store.Entry> entry = replica.owner(key).flatMap(table -> table.entry(key));
        return entry.isEmpty()
                ? entry
                : journal.find(key)
                        .map(unsent -> new Store.Entry(key, entry.get().value(), unsent.base()))
                        .or(() -> entry);
    }
}
