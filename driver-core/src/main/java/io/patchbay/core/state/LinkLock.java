package io.patchbay.core.state;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one lock of the link to a shared store. It guards how this host stands with the store and what is unsent, and is
 * held for a moment or a write to this host's own disk, never while the store is asked.
 *
 * <p>Who asks the store has set out instead, and the lock knows who is on the way: calls side by side, or one alone
 * that reads everything anew and sends what is unsent. Nothing is on its way into the tables beside that one.
 */
final class LinkLock {
    private int calls;
    private @Nullable Thread alone;

    /**
     * A call sets out, and is to say when it is back; false if {@code may} is false once nobody is alone on the way, or
     * before.
     */
    synchronized boolean setOut(BooleanSupplier may) {
        await(() -> alone == null || alone == Thread.currentThread() || !may.getAsBoolean());
        if (!may.getAsBoolean()) {
            return false;
        }
        calls++;
        return true;
    }

    /** A call is back, and the tables know what it has done. */
    synchronized void isBack() {
        calls--;
        notifyAll();
    }

    /** Whether calls may set out has changed. */
    synchronized void changed() {
        notifyAll();
    }

    /** Does what nobody may be on the way beside: waits for who is, and has others wait meanwhile. */
    void alone(Runnable work) {
        begin();
        try {
            work.run();
        } finally {
            end();
        }
    }

    private synchronized void begin() {
        if (alone == Thread.currentThread()) {
            throw new IllegalStateException("this thread is alone on the way already");
        }
        await(() -> alone == null);
        alone = Thread.currentThread();
        await(() -> calls == 0);
    }

    private synchronized void end() {
        alone = null;
        notifyAll();
    }

    /** What has set out is not called back, so who waits for it is not interrupted. */
    private synchronized void await(BooleanSupplier over) {
        boolean interrupted = false;
        while (!over.getAsBoolean()) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
