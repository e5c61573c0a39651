package io.patchbay.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.CommitResult.Committed;
import io.patchbay.core.store.CommitResult.Conflict;
import io.patchbay.core.store.Store.Entry;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The store under test, and short words for what the contract does with it. */
@NullUnmarked
public abstract class StoreFixture {
    protected Store store;

    /** A store with nothing in it. */
    protected abstract Store open() throws Exception;

    /** Closes the store and opens it again with what it kept. */
    protected abstract Store reopen(Store open) throws Exception;

    /** Makes the store forget the changes up to now, so that a watch from an older revision is lost. */
    protected abstract void forgetHistory(Store open) throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    protected static Transaction.Builder tx() {
        return Transaction.builder();
    }

    protected long put(String key, String value) {
        return committed(tx().put(key, Value.of(value)));
    }

    protected long delete(String key) {
        return committed(tx().delete(key));
    }

    protected long committed(Transaction.Builder transaction) {
        CommitResult result = store.commit(transaction.build());
        assertThat(result).isInstanceOf(Committed.class);
        return ((Committed) result).revision();
    }

    protected List<Entry> conflict(Transaction.Builder transaction) {
        CommitResult result = store.commit(transaction.build());
        assertThat(result).isInstanceOf(Conflict.class);
        return ((Conflict) result).present();
    }

    protected List<String> keys(String prefix) {
        return store.list(prefix).entries().stream().map(Entry::key).toList();
    }

    protected static Entry entry(String key, String value, long revision) {
        return new Entry(key, Value.of(value), revision);
    }

    protected static void assertFails(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
