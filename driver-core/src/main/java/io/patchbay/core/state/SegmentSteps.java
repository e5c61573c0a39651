package io.patchbay.core.state;

import io.patchbay.core.addr.Subnet;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.Segment;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What is to be written of segments while a store is rebuilt: each has the subnets of all pools that there will be. */
final class SegmentSteps {
    private static final Pattern POOL = Pattern.compile("pools/[^/]+");

    private SegmentSteps() {}

    /** {@code steps} are those that come before. A segment that cannot be read is left alone; a pool's key says all. */
    static List<Step> after(List<Step> steps, Store.Snapshot read, Impossible.Decoder decoder) {
        Set<String> keys = new TreeSet<>();
        Map<String, Store.Entry> segments = new HashMap<>();
        read.entries().forEach(e -> {
            if (e.key().startsWith("segments/")) {
                segments.put(e.key(), e);
            }
            keys.add(e.key());
        });
        steps.forEach(s -> {
            if (s.value().isPresent()) {
                keys.add(s.key());
            } else {
                keys.remove(s.key());
            }
        });
        Map<String, Set<Subnet>> wanted = new TreeMap<>();
        segments.keySet().forEach(key -> wanted.put(key, new HashSet<>()));
        keys.stream()
                .flatMap(key -> pool(key).stream())
                .forEach(name -> wanted.computeIfAbsent(Keys.segment(name.segment()), k -> new HashSet<>())
                        .add(name.subnet()));
        List<Step> more = new ArrayList<>();
        wanted.forEach((key, subnets) -> step(key, Optional.ofNullable(segments.get(key)), subnets, decoder)
                .ifPresent(more::add));
        return more;
    }

    private static Optional<PoolName> pool(String key) {
        try {
            return POOL.matcher(key).matches()
                    ? Optional.of(PoolName.parse(key.substring(key.indexOf('/') + 1)))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Step> step(
            String key, Optional<Store.Entry> there, Set<Subnet> subnets, Impossible.Decoder decoder) {
        Optional<Segment> present =
                there.flatMap(e -> decoder.decode(key, e.value())).map(Segment.class::cast);
        if (present.isEmpty() && there.isPresent()) {
            return Optional.empty();
        }
        Segment before = present.orElse(Segment.EMPTY);
        if (new HashSet<>(before.subnets()).equals(subnets)) {
            return Optional.empty();
        }
        Segment after = new Segment(subnets.stream().sorted().toList(), before.unknown());
        Optional<Value> value = after.equals(Segment.EMPTY) ? Optional.empty() : Optional.of(after.write());
        return Optional.of(new Step(key, there.map(Store.Entry::revision).orElse(0L), value, 0, ""));
    }
}
