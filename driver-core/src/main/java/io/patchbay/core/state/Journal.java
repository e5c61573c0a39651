package io.patchbay.core.state;

import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of this host that the store has not heard of, on its own disk: the last one of each record. A change
 * counts once it is written here. What was changed together goes out together, in the order in which it was last
 * changed. Callers hold the link's lock, except for {@link #find}.
 */
final class Journal {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    static final String PREFIX = Unreadable.OWN_DISK;

    private final Store disk;
    private final Map<String, UnsentWrite> byKey = new ConcurrentSkipListMap<>();
    private final List<Unreadable> unreadable = new CopyOnWriteArrayList<>();
    private long lastGroup;

    /** {@code disk} is a store on this host. */
    Journal(Store disk) {
        this.disk = disk;
    }

    /** What an earlier process left and this one cannot read; it is left as it is. */
    List<Unreadable> unreadable() {
        return List.copyOf(unreadable);
    }

    /** Reads what an earlier process left. */
    List<UnsentWrite> load() {
        for (Store.Entry entry : disk.list(PREFIX).entries()) {
            String key = entry.key().substring(PREFIX.length());
            try {
                UnsentWrite change = UnsentWrite.read(key, entry.value());
                byKey.put(key, change);
                lastGroup = Math.max(lastGroup, change.group());
            } catch (IllegalArgumentException e) {
                LOG.error(
                        "a change of the time without the store cannot be read key={} reason=\"{}\"",
                        key,
                        e.getMessage());
                unreadable.add(new Unreadable(entry.key(), String.valueOf(e.getMessage())));
            }
        }
        return List.copyOf(byKey.values());
    }

    boolean isEmpty() {
        return byKey.isEmpty();
    }

    Optional<UnsentWrite> find(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    long nextGroup() {
        return lastGroup + 1;
    }

    /** Writes changes of one group down. */
    void put(List<UnsentWrite> changes) {
        Transaction.Builder transaction = Transaction.builder();
        changes.forEach(change -> transaction.put(PREFIX + change.key(), change.write()));
        disk.commit(transaction.build());
        for (UnsentWrite change : changes) {
            byKey.put(change.key(), change);
            lastGroup = Math.max(lastGroup, change.group());
        }
    }

    /** All changes. */
    List<UnsentWrite> all() {
        return List.copyOf(byKey.values());
    }

    /** What was based on an earlier history of the store is based on the present one from now on. */
    void rebase(UnaryOperator<UnsentWrite> onto) {
        Map<Long, List<UnsentWrite>> groups = new TreeMap<>();
        byKey.values()
                .forEach(c -> groups.computeIfAbsent(c.group(), g -> new ArrayList<>())
                        .add(onto.apply(c)));
        groups.values().forEach(this::put);
    }

    /** The group that goes out next. */
    List<UnsentWrite> first() {
        long first = byKey.values().stream().mapToLong(UnsentWrite::group).min().orElse(0);
        return byKey.values().stream().filter(c -> c.group() == first).toList();
    }

    /** The change has been sent, or there is no point in sending it. */
    void remove(List<UnsentWrite> changes) {
        List<UnsentWrite> known = new ArrayList<>(changes);
        known.removeIf(change -> !byKey.containsKey(change.key()));
        if (known.isEmpty()) {
            return;
        }
        Transaction.Builder transaction = Transaction.builder();
        known.forEach(change -> transaction.delete(PREFIX + change.key()));
        disk.commit(transaction.build());
        known.forEach(change -> byKey.remove(change.key()));
    }
}
