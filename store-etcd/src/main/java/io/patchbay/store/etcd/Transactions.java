package io.patchbay.store.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A {@link Transaction} as etcd's. Its limit of 128 holds for comparisons, for what is done and for what is done
 * otherwise each on its own, so ours fits. Otherwise the keys of all conditions are read, so that a conflict is told in
 * the same round trip.
 */
final class Transactions {
    private Transactions() {}

    static Function<Client, CompletableFuture<TxnResponse>> exchange(Transaction transaction) {
        Cmp[] conditions =
                transaction.conditions().stream().map(Transactions::compare).toArray(Cmp[]::new);
        Op[] operations =
                transaction.operations().stream().map(Transactions::operation).toArray(Op[]::new);
        Op[] reads = reads(transaction.conditions().stream().map(Transaction.Condition::key));
        return client -> client.getKVClient()
                .txn()
                .If(conditions)
                .Then(operations)
                .Else(reads)
                .commit();
    }

    /** Reads all at one revision; etcd takes no decision for it, as for a single key. */
    static Function<Client, CompletableFuture<TxnResponse>> reading(List<String> keys) {
        Op[] reads = reads(keys.stream());
        return client -> client.getKVClient().txn().Then(reads).commit();
    }

    private static Op[] reads(Stream<String> keys) {
        return keys.distinct()
                .map(key -> Op.get(Keyspace.key(key), GetOption.DEFAULT))
                .toArray(Op[]::new);
    }

    /** What was read of it. */
    static List<Store.Entry> read(TxnResponse response) {
        return response.getGetResponses().stream()
                .flatMap(read -> read.getKvs().stream())
                .map(Keyspace::entry)
                .toList();
    }

    /** A key that is absent has revision 0 for etcd too. */
    private static Cmp compare(Transaction.Condition condition) {
        ByteSequence key = Keyspace.key(condition.key());
        return condition.revision() == Transaction.Condition.PRESENT
                ? new Cmp(key, Cmp.Op.GREATER, CmpTarget.modRevision(0))
                : new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(condition.revision()));
    }

    private static Op operation(Transaction.Operation operation) {
        ByteSequence key = Keyspace.key(operation.key());
        if (operation instanceof Transaction.Put put) {
            PutOption.Builder option = PutOption.builder();
            put.lease().ifPresent(lease -> option.withLeaseId(leaseId(lease)));
            return Op.put(key, ByteSequence.from(put.value().bytes()), option.build());
        }
        return Op.delete(key, DeleteOption.DEFAULT);
    }

    private static long leaseId(Store.Lease lease) {
        if (!(lease instanceof EtcdLease ours)) {
            throw new IllegalArgumentException("the lease " + lease.id() + " is of another store");
        }
        if (ours.isOver()) {
            throw new PatchbayException(Kind.NOT_FOUND, "lease " + ours.id() + " is over, nothing can be put under it");
        }
        return ours.id();
    }

    static CommitResult result(TxnResponse response) {
        return response.isSucceeded()
                ? new CommitResult.Committed(response.getHeader().getRevision())
                : new CommitResult.Conflict(read(response), response.getHeader().getRevision());
    }
}
