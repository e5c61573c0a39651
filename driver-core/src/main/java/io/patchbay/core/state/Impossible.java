package io.patchbay.core.state;

import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Definition;
import io.patchbay.core.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Tells a transaction that no Patchbay makes: somebody has deleted keys by hand, or the store has another history. What
 * hosts share ends only together with something: a pool or a gateway's claim with a write of its segment or its pool, a
 * definition after it was marked as removed, a history never.
 */
final class Impossible {
    private Impossible() {}

    /**
     * What is wrong with the changes of one transaction, given the records as they were before; empty when nothing is.
     */
    static Optional<String> in(List<Store.Change> changes, Function<String, Optional<?>> before) {
        for (Store.Change change : changes) {
            if (change.key().equals(History.KEY)) {
                return Optional.of(
                        "the mark of its history was " + (change.value().isPresent() ? "replaced" : "deleted"));
            }
        }
        if (anyBegins(changes, RebuildNotes.PREFIX)) {
            return Optional.empty();
        }
        for (Store.Change change : changes) {
            if (change.value().isEmpty() && isAlone(change.key(), changes, before)) {
                return Optional.of(change.key() + " was deleted by none of the hosts");
            }
        }
        return Optional.empty();
    }

    private static boolean isAlone(String key, List<Store.Change> changes, Function<String, Optional<?>> before) {
        if (key.startsWith("definitions/")) {
            return before.apply(key)
                    .filter(r -> r instanceof Definition d && d.isPresent())
                    .isPresent();
        }
        if (key.startsWith("segments/")) {
            return !anyBegins(changes, "pools/" + key.substring("segments/".length()) + "~");
        }
        if (key.startsWith("pools/") && key.indexOf('/', "pools/".length()) < 0) {
            return !anyBegins(
                    changes, "segments/" + key.substring("pools/".length()).replaceFirst("~.*", ""));
        }
        Optional<Claim> claim = Ownership.isClaim(key)
                ? before.apply(key).filter(Claim.class::isInstance).map(Claim.class::cast)
                : Optional.empty();
        return claim.filter(c -> !c.isForContainers()
                        && before.apply("pools/" + c.pool()).isPresent()
                        && !anyBegins(changes, "pools/" + c.pool()))
                .isPresent();
    }

    private static boolean anyBegins(List<Store.Change> changes, String beginning) {
        return changes.stream().anyMatch(c -> c.key().startsWith(beginning));
    }
}
