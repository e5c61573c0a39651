package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store on this host's own disk, told apart from the one that hosts share: its failures are of kind {@code DISK}
 * and say so, whatever they were. What a failed write should have kept is not kept.
 */
final class OwnDisk implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(OwnDisk.class);

    /** Of each sentence about it. */
    static final String BEGINNING = "this host's own disk";

    private static final String WRITTEN = "written";

    private final Store disk;
    private volatile Optional<String> problem = Optional.empty();

    OwnDisk(Store disk) {
        this.disk = disk;
    }

    /** Why the last write failed; empty when it did not. */
    Optional<String> problem() {
        return problem;
    }

    private <T> T failingAsDisk(String verb, Supplier<T> call) {
        try {
            T result = call.get();
            // what can be read may still not be written
            if (problem.isPresent() && verb.equals(WRITTEN)) {
                LOG.info("this host's own disk works again disk={}", disk.description());
                problem = Optional.empty();
            }
            return result;
        } catch (PatchbayException e) {
            String sentence = BEGINNING + " (" + disk.description() + ") cannot be " + verb + ": " + e.getMessage();
            if (!problem.equals(Optional.of(sentence))) {
                LOG.error("{}", sentence);
                problem = Optional.of(sentence);
            }
            throw new PatchbayException(Kind.DISK, sentence, e);
        }
    }

    @Override
    public Snapshot read(List<String> keys) {
        return failingAsDisk("read", () -> disk.read(keys));
    }

    @Override
    public Snapshot list(String prefix) {
        return failingAsDisk("read", () -> disk.list(prefix));
    }

    @Override
    public CommitResult commit(Transaction transaction) {
        return failingAsDisk(WRITTEN, () -> disk.commit(transaction));
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Watcher watcher) {
        return disk.watch(prefix, fromRevision, watcher);
    }

    @Override
    public Lease lease(Duration ttl) {
        return disk.lease(ttl);
    }

    @Override
    public String description() {
        return disk.description();
    }

    @Override
    public void close() {
        disk.close();
    }
}
