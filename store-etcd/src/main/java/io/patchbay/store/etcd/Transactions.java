package io.patchbay.store.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link Transaction} as etcd's. Its limit of 128 holds for comparisons, for what is done and for what is done otherwise each on its own, so ours fits. Otherwise
 * the keys of all conditions are read, so that a conflict is told in the same round trip.
 */
final class Transactions {
    private final Keyspace keyspace;

    Transactions(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    TxnRequest request(Transaction transaction) {
        TxnRequest.Builder request = TxnRequest.newBuilder();
        for (Transaction.Condition condition : transaction.conditions()) {
            request.addCompare(compare(condition));
        }
        transaction.conditions().stream()
                .map(Transaction.Condition::key)
                .distinct()
                .forEach(key -> request.addFailure(RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(keyspace.key(key)))));
        for (Transaction.Operation operation : transaction.operations()) {
            request.addSuccess(operation(operation));
        }
        return request.build();
    }

    /** A key that is absent has revision 0 for etcd too. */
    private Compare compare(Transaction.Condition condition) {
        Compare.Builder compare =
                Compare.newBuilder().setKey(keyspace.key(condition.key())).setTarget(Compare.CompareTarget.MOD);
        return condition.revision() == Transaction.Condition.PRESENT
                ? compare.setResult(Compare.CompareResult.GREATER)
                        .setModRevision(0)
                        .build()
                : compare.setResult(Compare.CompareResult.EQUAL)
                        .setModRevision(condition.revision())
                        .build();
    }

    private RequestOp operation(Transaction.Operation operation) {
        ByteString key = keyspace.key(operation.key());
        if (operation instanceof Transaction.Put put) {
            PutRequest.Builder request = PutRequest.newBuilder()
                    .setKey(key)
                    .setValue(ByteString.copyFrom(put.value().bytes()));
            put.lease().ifPresent(lease -> request.setLease(leaseId(lease)));
            return RequestOp.newBuilder().setRequestPut(request).build();
        }
        return RequestOp.newBuilder()
                .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key))
                .build();
    }

    private static long leaseId(Store.Lease lease) {
        if (!(lease instanceof EtcdLease ours)) {
            throw new IllegalArgumentException("the lease " + lease.id() + " is of another store");
        }
        if (ours.isOver()) {
            throw leaseOver(ours.id());
        }
        return ours.id();
    }

    private static PatchbayException leaseOver(long id) {
        return new PatchbayException(Kind.NOT_FOUND, "lease " + id + " is over, nothing can be put under it");
    }

    CommitResult result(TxnResponse response) {
        if (response.getSucceeded()) {
            return new CommitResult.Committed(response.getHeader().getRevision());
        }
        List<Store.Entry> present = new ArrayList<>();
        for (ResponseOp read : response.getResponsesList()) {
            read.getResponseRange().getKvsList().forEach(found -> present.add(keyspace.entry(found)));
        }
        return new CommitResult.Conflict(present, response.getHeader().getRevision());
    }
}
