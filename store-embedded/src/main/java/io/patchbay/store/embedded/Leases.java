package io.patchbay.store.embedded;

import io.patchbay.core.store.Store;
import io.patchbay.store.embedded.Revision.Write;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The leases that are open in this process; none outlives it. */
final class Leases {
    private final AtomicLong lastId = new AtomicLong(Write.NO_LEASE);
    private final Map<Long, Store.Lease> open = new ConcurrentHashMap<>();

    /** A new lease; {@code end} commits the deletion of its keys. */
    Store.Lease open(LongConsumer end) {
        long id = lastId.incrementAndGet();
        EmbeddedLease lease = new EmbeddedLease(id, end);
        open.put(id, lease);
        return lease;
    }

    boolean isOpen(long id) {
        return open.containsKey(id);
    }

    boolean isOpen(Store.Lease lease) {
        return lease.equals(open.get(lease.id()));
    }

    void ended(long id) {
        open.remove(id);
    }

    /** Nothing can take this lease away before it is closed, so listeners never hear of a loss. */
    private static final class EmbeddedLease implements Store.Lease {
        private final long id;
        private final LongConsumer end;

        private EmbeddedLease(long id, LongConsumer end) {
            this.id = id;
            this.end = end;
        }

        @Override
        public long id() {
            return id;
        }

        @Override
        public void onLost(Consumer<String> listener) {}

        @Override
        public void close() {
            end.accept(id);
        }
    }
}
