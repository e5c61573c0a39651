package io.patchbay.core.state;

import io.patchbay.core.record.Fields;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.KeySyntax;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks the other hosts whether the store is as they know it, when this host comes or comes back. A store that was
 * restored to a time that this host knows looks to it like one that has gone on. Who hears the call by its watch knows
 * of no later time, and answers. Who does not hear it, since its watch waits for revisions that the store has lost,
 * finds that out by itself within a second. Fails like the store.
 */
final class RollCall {
    /** Below it lie calls, by who calls, and below these the answers, by who answers. */
    static final String PREFIX = "calls/";

    /** How a sentence begins that says whom this host waits for. */
    static final String BEGINNING = "the others are asked whether the store is as they know it, and ";

    /** Who runs looks at the store every second; others are not waited for. */
    static final Duration PATIENCE = Duration.ofMillis(1500);

    /** How soon it is noticed that the time is up. */
    private static final Duration LOOK = Duration.ofMillis(100);

    /** So that they fit in a transaction with their conditions. */
    private static final int BATCH = 50;

    private final Store store;
    private final Guard guard;
    private final Replica replica;
    private final KnownHosts hosts;
    private final String host;
    private final ScheduledExecutorService executor;
    private final Supplier<Duration> steady;
    /** Others' calls that wait for an answer, by host. */
    private final ConcurrentSkipListMap<String, Store.Entry> calls = new ConcurrentSkipListMap<>();

    /** Keys of this host's calls, and of the answers to them, also of those that an earlier process made. */
    private final Set<String> left = new ConcurrentSkipListSet<>();

    private volatile @Nullable Call call;
    private volatile Runnable whenOver = () -> {};

    /** This host's own; answers say the same as it does. */
    private record Call(Value value, Duration begun, Set<String> silent) {}

    RollCall(
            Store store,
            Guard guard,
            Replica replica,
            KnownHosts hosts,
            ScheduledExecutorService executor,
            Supplier<Duration> steady) {
        this.store = store;
        this.guard = guard;
        this.replica = replica;
        this.hosts = hosts;
        this.host = hosts.self();
        this.executor = executor;
        this.steady = steady;
    }

    /** What is to be done when all have answered, or too late. */
    void whenOver(Runnable next) {
        whenOver = next;
    }

    /**
     * Calls all hosts that the store knows; answers to an earlier call count no more. Nobody need be called when all
     * have just put back what they know.
     */
    void begin(boolean rebuilt) {
        call = null;
        if (rebuilt) {
            return;
        }
        Set<String> asked = hosts.recorded();
        asked.addAll(hosts.alive());
        if (asked.isEmpty()) {
            return;
        }
        Value value = Fields.with(Map.of()).put("id", UUID.randomUUID()).value();
        call = new Call(value, steady.get(), new ConcurrentSkipListSet<>(asked));
        left.add(PREFIX + host);
        CommitResult unused =
                commit(Transaction.builder().put(PREFIX + host, value).build());
    }

    /** Whether a call was made that has not been taken back. */
    boolean isUnderWay() {
        return call != null;
    }

    /** Whether hosts are waited for that have not answered yet. */
    boolean isWaiting() {
        Call now = call;
        return now != null
                && !now.silent().isEmpty()
                && steady.get().minus(now.begun()).compareTo(PATIENCE) < 0;
    }

    /** Whom this host waits for. */
    String sentence() {
        Call now = call;
        Set<String> silent = now == null ? Set.of() : now.silent();
        return BEGINNING + "host " + String.join(", ", silent) + " has not answered yet";
    }

    /** Has {@link #whenOver} done once more after a while. */
    void goOnWaiting() {
        Chores.after(executor, LOOK, "going on without answers", whenOver);
    }

    /** Takes the call back, so that nothing of it is left. */
    void end() {
        call = null;
        List<String> keys = List.copyOf(left);
        for (int from = 0; from < keys.size(); from += BATCH) {
            Transaction.Builder transaction = Transaction.builder();
            keys.subList(from, Math.min(from + BATCH, keys.size())).forEach(transaction::delete);
            if (commit(transaction.build()) instanceof CommitResult.Committed) {
                keys.subList(from, Math.min(from + BATCH, keys.size())).forEach(left::remove);
            }
        }
    }

    private static String answer(String caller, String other) {
        return PREFIX + caller + "/" + other;
    }

    /** Answers the calls among what was read. */
    void answer(Store.Snapshot read) {
        read.entries().stream().filter(e -> e.key().startsWith(PREFIX)).forEach(this::received);
    }

    /** Somebody has called, or answered; to be told in the order of the watch, and is quick. */
    void received(Store.Entry entry) {
        String[] names = entry.key().substring(PREFIX.length()).split("/", -1);
        if (!KeySyntax.isKey(entry.key()) || !KeySyntax.isKey(answer(names[0], host))) {
            // no host has such a name
            return;
        }
        if (names[0].equals(host)) {
            left.add(entry.key());
            answered(names[names.length - 1], entry.value());
            if (names.length == 2 && call == null) {
                Chores.begin(executor, "taking back an answer that came late", this::end);
            }
        } else if (names.length == 1) {
            calls.put(names[0], entry);
            Chores.begin(executor, "answers to hosts that have come", this::answerAll);
        }
    }

    private void answered(String other, Value value) {
        Call now = call;
        if (now != null
                && value.equals(now.value())
                && now.silent().remove(other)
                && now.silent().isEmpty()) {
            Chores.begin(executor, "going on with the store", whenOver);
        }
    }

    /** What is called by many at once is answered together. */
    private synchronized void answerAll() {
        while (!calls.isEmpty()) {
            Map<String, Store.Entry> now = calls.entrySet().stream()
                    .limit(BATCH)
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            now.forEach(calls::remove);
            if (!answer(now)) {
                // one has been taken back or made anew meanwhile
                now.forEach((caller, its) -> answer(Map.of(caller, its)));
            }
        }
    }

    private boolean answer(Map<String, Store.Entry> called) {
        Transaction.Builder transaction = Transaction.builder();
        called.forEach((caller, its) -> {
            transaction.ifRevision(its.key(), its.revision());
            transaction.put(answer(caller, host), its.value());
        });
        return commit(transaction.build()) instanceof CommitResult.Committed;
    }

    private CommitResult commit(Transaction transaction) {
        Transaction guarded = guard.guard(transaction);
        long latest = replica.latest();
        CommitResult result = store.commit(guarded);
        guard.check(guarded, result, latest);
        return result;
    }
}
