package io.patchbay.store.etcd;

import io.patchbay.core.store.Store;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A lease in etcd; {@link Leases} keeps it alive. */
final class EtcdLease implements Store.Lease {
    private final Leases leases;
    private final long id;
    private final AtomicBoolean over = new AtomicBoolean();
    private @Nullable Consumer<String> listener;
    private @Nullable String lost;

    EtcdLease(Leases leases, long id) {
        this.leases = leases;
        this.id = id;
    }

    @Override
    public long id() {
        return id;
    }

    boolean isOver() {
        return over.get();
    }

    @Override
    public void onLost(Consumer<String> whenLost) {
        String reason;
        synchronized (this) {
            listener = whenLost;
            reason = lost;
        }
        if (reason != null) {
            whenLost.accept(reason);
        }
    }

    /** It ended although nobody closed it. */
    void lost(String reason) {
        if (!end()) {
            return;
        }
        Consumer<String> told;
        synchronized (this) {
            lost = reason;
            told = listener;
        }
        if (told != null) {
            told.accept(reason);
        }
    }

    /** It is over, and whoever was first to say so gives it up. */
    boolean end() {
        return over.compareAndSet(false, true);
    }

    @Override
    public void close() {
        if (end()) {
            leases.revoke(this);
        }
    }
}
