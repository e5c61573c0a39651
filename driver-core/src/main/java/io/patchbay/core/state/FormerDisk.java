package io.patchbay.core.state;

import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import java.util.List;

/**
 * What a daemon left on this host's disk when the host had another name: changes that the shared store never heard of,
 * and a copy of records.
 */
public final class FormerDisk {
    private FormerDisk() {}

    /** How many changes were never sent. */
    public static int unsent(Store disk) {
        return disk.list(Journal.PREFIX).entries().size();
    }

    /** Forgets everything: under that name nothing is the host's any more, and must not be put back one day. */
    public static void clear(Store disk) {
        List<Store.Entry> entries = disk.list("").entries();
        for (int from = 0; from < entries.size(); from += Transaction.MAX_OPERATIONS) {
            Transaction.Builder transaction = Transaction.builder();
            entries.subList(from, Math.min(from + Transaction.MAX_OPERATIONS, entries.size()))
                    .forEach(entry -> transaction.delete(entry.key()));
            disk.commit(transaction.build());
        }
    }
}
