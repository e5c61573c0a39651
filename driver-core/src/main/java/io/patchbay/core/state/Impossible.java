package io.patchbay.core.state;

import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Definition;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.Segment;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Finds changes that no daemon makes. Then somebody has deleted keys by hand, or the store has another history. What
 * hosts share ends only together with something else: a pool or a gateway's claim with a write of its segment or pool,
 * a definition after it was marked as removed, a host's record while the host is not alive, a history never.
 */
final class Impossible {
    private static final String HOSTS = "hosts/";
    private static final String POOLS = "pools/";
    private static final String SEGMENTS = "segments/";

    /** Reads the value under a key; empty when it cannot be read. */
    interface Decoder {
        Optional<Object> decode(String key, Value value);
    }

    private Impossible() {}

    /**
     * What is wrong with the changes of one transaction, given the records as they were before; empty when nothing is.
     */
    static Optional<String> in(List<Store.Change> changes, Function<String, Optional<?>> before) {
        for (Store.Change change : changes) {
            if (isOfMark(change)) {
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

    /** A mark's own key is written together with the mark; what lies there alone is somebody's rubbish. */
    private static boolean isOfMark(Store.Change change) {
        return change.key().equals(Mark.KEY)
                || (Mark.isGuard(change.key()) && change.value().isEmpty());
    }

    /**
     * What no transaction of a host leaves: a pool whose segment or gateway's claim is not there, a segment with a
     * subnet that is no pool. Empty when there is nothing of the kind.
     */
    static Optional<String> in(Store.Snapshot read, Decoder decoder) {
        Set<String> keys = new HashSet<>();
        read.entries().forEach(e -> keys.add(e.key()));
        return read.entries().stream()
                .filter(e -> e.key().startsWith(POOLS) || e.key().startsWith(SEGMENTS))
                .flatMap(e -> decoder.decode(e.key(), e.value()).stream()
                        .flatMap(record -> besides(e.key(), record))
                        .filter(other -> !keys.contains(other))
                        .map(other -> other + " is missing although " + e.key() + " is there"))
                .findFirst();
    }

    /**
     * A record that is older in what was read than it is known here, though the watch has not told of it; empty when
     * there is none.
     */
    static Optional<String> older(Store.Snapshot read, ToLongFunction<String> settled) {
        for (Store.Entry entry : read.entries()) {
            long known = settled.applyAsLong(entry.key());
            if (known > entry.revision() && known <= read.revision()) {
                return Optional.of(entry.key() + " is at revision " + entry.revision()
                        + " in it although this host knows it at " + known);
            }
        }
        return Optional.empty();
    }

    private static Stream<String> besides(String key, Object record) {
        if (record instanceof Pool pool) {
            PoolName name = pool.name();
            return Stream.concat(
                    Stream.of(Keys.segment(name.segment())),
                    pool.gateway().map(gateway -> Keys.claim(name, gateway)).stream());
        }
        if (record instanceof Segment segment) {
            String name = key.substring(SEGMENTS.length());
            return segment.subnets().stream().map(subnet -> Keys.pool(new PoolName(name, subnet)));
        }
        return Stream.empty();
    }

    private static boolean isAlone(String key, List<Store.Change> changes, Function<String, Optional<?>> before) {
        if (key.startsWith("definitions/")) {
            return before.apply(key)
                    .filter(r -> r instanceof Definition d && d.isPresent())
                    .isPresent();
        }
        if (key.startsWith(HOSTS)) {
            return before.apply("alive/" + key.substring(HOSTS.length())).isPresent();
        }
        if (key.startsWith(SEGMENTS)) {
            return !anyBegins(changes, POOLS + key.substring(SEGMENTS.length()) + "~");
        }
        if (key.startsWith(POOLS) && key.indexOf('/', POOLS.length()) < 0) {
            return !anyBegins(changes, SEGMENTS + key.substring(POOLS.length()).replaceFirst("~.*", ""));
        }
        Optional<Claim> claim = Ownership.isOfAddress(key)
                ? before.apply(key).filter(Claim.class::isInstance).map(Claim.class::cast)
                : Optional.empty();
        return claim.filter(c -> !c.isForContainers()
                        && before.apply(POOLS + c.pool()).isPresent()
                        && !anyBegins(changes, POOLS + c.pool()))
                .isPresent();
    }

    private static boolean anyBegins(List<Store.Change> changes, String beginning) {
        return changes.stream().anyMatch(c -> c.key().startsWith(beginning));
    }
}
