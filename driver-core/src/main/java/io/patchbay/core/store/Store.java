package io.patchbay.core.store;

import io.patchbay.core.failure.PatchbayException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The place where state is kept: versioned keys and values with transactions and a watch.
 *
 * <p>Keys are printable ASCII, segments divided by {@code /}, without a leading slash; an adapter may put a prefix of
 * its own before them. Every committed transaction gets one revision, larger than every earlier one of this store;
 * revisions survive a restart. All methods are thread-safe, block, and fail with a {@link PatchbayException} of kind
 * {@code UNAVAILABLE} when the store cannot be reached or written in time (an adapter bounds each call, 5 s at most)
 * and of kind {@code INVALID} when called with a malformed key. Nothing is cached: what is read is what the last
 * committed transaction left (linearizable).
 */
public interface Store extends AutoCloseable {

    /** The entry under this key; empty when there is none. */
    default Optional<Entry> get(String key) {
        return read(List.of(key)).entries().stream().findFirst();
    }

    /** The entries under these keys, as many as there are, read at one revision; as many as a transaction may name. */
    Snapshot read(List<String> keys);

    /**
     * All entries whose key starts with {@code prefix}, ascending by key, read at one revision; no entries is an empty
     * list. The snapshot's revision is the right start for {@link #watch}:
     * {@code watch(prefix, snapshot.revision() + 1, ...)} misses nothing and repeats nothing. An adapter may read in
     * several parts, each of which takes as long as a call may, all together half a minute at most.
     */
    Snapshot list(String prefix);

    /**
     * Applies all operations if all conditions hold, else none. A conflict is a result, not an exception; it carries
     * the present entry of every key that a failed or held condition named, so that a caller need not read again. What
     * is answered as committed is durable: it survives the end of the process and the loss of power. A transaction that
     * changes nothing (empty, or only deletes of absent keys) commits, and may be answered with the current revision
     * instead of a new one. A put under a lease that is over fails with {@code NOT_FOUND}. When the call fails with
     * {@code UNAVAILABLE} it is not known whether the transaction was applied; the exception says so.
     */
    CommitResult commit(Transaction transaction);

    /**
     * Calls {@code watcher} for every change of a key with {@code prefix} from {@code fromRevision} on (inclusive), in
     * order of revision, one call at a time, from a thread of the adapter, never from inside {@link #commit}'s caller
     * while it holds adapter locks. The changes of one transaction come in one call. When revisions that old are no
     * longer known, or contact was lost and cannot be resumed, {@link Watcher#lost} is called once and the watch is
     * over: list again and watch anew.
     */
    Watch watch(String prefix, long fromRevision, Watcher watcher);

    /**
     * A lease that deletes the keys put under it when it has not been kept alive for {@code ttl}. Keeping it alive is
     * the adapter's work until {@link Lease#close}. A store for one host may keep the keys until close or the end of
     * the process, whichever comes first.
     */
    Lease lease(Duration ttl);

    /** What this store is, for log lines and {@code doctor}: for instance {@code embedded:/var/lib/patchbay}. */
    String description();

    /**
     * How it is doing, without asking anybody: for readiness, metrics and for not waiting where waiting is known to be
     * in vain.
     */
    default StoreHealth health() {
        return StoreHealth.LOCAL;
    }

    /** Ends watches and leases and frees files and connections; repeating it does nothing. */
    @Override
    void close();

    /** A value at the revision at which it was last written. */
    record Entry(String key, Value value, long revision) {}

    /** What {@link #list} or {@link #read} read, and the revision it was read at. */
    record Snapshot(List<Entry> entries, long revision) {
        public Snapshot {
            entries = List.copyOf(entries);
        }

        /** That under this key, if it was among what was read. */
        public Optional<Entry> find(String key) {
            return entries.stream().filter(e -> e.key().equals(key)).findFirst();
        }
    }

    /** A running watch. Closing it means no further call begins; repeating it does nothing. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /** Hears changes. An exception it throws is logged by the adapter and does not end the watch. */
    interface Watcher {
        /**
         * Called before the first change, and each time when the watch goes on after contact was lost: what it tells
         * next may come from other contents than what it told before. A store that nobody can exchange under a watch
         * does not call it.
         */
        default void resumed() {}

        /** The changes of one transaction; a deleted key has an empty value. */
        void changed(List<Change> changes);

        /** The watch is over and may have missed changes; {@code reason} is one sentence. */
        void lost(String reason);
    }

    /** One key's change; {@code value} is empty for a delete. {@code revision} is the transaction's. */
    record Change(String key, Optional<Value> value, long revision) {}

    /** A lease to put keys under, see {@link Transaction.Builder#put(String, Value, Lease)}. */
    interface Lease extends AutoCloseable {
        /** The adapter's number for it. */
        long id();

        /** Calls {@code listener} once if the lease is lost although it was not closed. */
        void onLost(Consumer<String> listener);

        /** Gives the lease up and deletes its keys; repeating it does nothing. */
        @Override
        void close();
    }
}
