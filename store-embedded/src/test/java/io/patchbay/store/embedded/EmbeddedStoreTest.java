package io.patchbay.store.embedded;

import io.patchbay.core.store.Store;
import io.patchbay.core.store.StoreContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreTest extends StoreContract {
    /** The history is longer than what the contract writes while nobody watches yet. */
    private static final EmbeddedSettings SMALL = new EmbeddedSettings(1 << 16, 100, Duration.ofMillis(20));

    @TempDir
    Path temp;

    private Path directory = Path.of("");

    @Override
    protected Store open() throws Exception {
        directory = Files.createTempDirectory(temp, "store").resolve("made/by/it");
        return EmbeddedStore.open(directory, SMALL);
    }

    @Override
    protected Store reopen(Store open) {
        open.close();
        return EmbeddedStore.open(directory, SMALL);
    }

    @Override
    protected void forgetHistory(Store open) {
        for (int i = 0; i <= SMALL.historyRevisions(); i++) {
            put("a", "" + i);
        }
    }
}
