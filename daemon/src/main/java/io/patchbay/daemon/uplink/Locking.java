package io.patchbay.daemon.uplink;

import io.patchbay.core.failure.PatchbayException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work under the journal's lock. */
final class Locking {
    private static final Logger LOG = LoggerFactory.getLogger(Locking.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration BETWEEN = Duration.ofMillis(200);

    private Locking() {}

    /** Waits for whoever has it; longer than a limit is a {@code CONFLICT}. */
    static <T> T locked(Journal journal, Supplier<T> work) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            Optional<AutoCloseable> lock = journal.tryLock();
            if (lock.isPresent()) {
                return with(lock.get(), work);
            }
            if (System.nanoTime() > end) {
                throw new PatchbayException(
                        PatchbayException.Kind.CONFLICT,
                        "another process is at it: it holds " + journal.folder() + "/lock");
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }

    /** With a lock that is held already, and is given back. */
    static <T> T with(AutoCloseable lock, Supplier<T> work) {
        try {
            return work.get();
        } finally {
            try {
                lock.close();
            } catch (Exception e) {
                // it goes with the process at the latest
                LOG.debug("the lock cannot be given back", e);
            }
        }
    }
}
