package io.patchbay.core.store;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A lease of a {@link MemoryStore}, which knows what lies under it. */
final class MemoryLease implements Store.Lease {
    private final long id;
    private final Consumer<MemoryLease> giveUp;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    MemoryLease(long id, Consumer<MemoryLease> giveUp) {
        this.id = id;
        this.giveUp = giveUp;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public void onLost(Consumer<String> listener) {
        listeners.add(listener);
    }

    /** It has ended without having been given up. */
    void tellLost() {
        listeners.forEach(listener -> listener.accept("the lease " + id + " ran out"));
    }

    @Override
    public void close() {
        giveUp.accept(this);
    }
}
