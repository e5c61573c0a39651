package io.patchbay.store.embedded;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Runs on a small file system of its own for {@link DiskFullTest}: fills it, sees commits fail, makes room, sees them
 * succeed.
 */
final class DiskFullMain {
    private static final EmbeddedSettings SMALL = new EmbeddedSettings(1 << 16, 50, Duration.ofMillis(5));

    private DiskFullMain() {}

    public static void main(String[] arguments) throws Exception {
        Path mount = Path.of(arguments[0]);
        Path directory = mount.resolve("store");
        Path filler = mount.resolve("filler");
        long last;
        Store.Snapshot full;
        try (EmbeddedStore store = EmbeddedStore.open(directory, SMALL)) {
            for (int i = 0; i < 200; i++) {
                Images.put(store, "k/" + i % 50, "before " + i);
            }
            fill(filler);
            Store.Snapshot before = commitUntilFull(store);
            require(store.list("").equals(before), "the failed commit changed the state");
            require(!Images.bytes(directory).isEmpty(), "files are there");
            Files.delete(filler);
            last = Images.put(store, "after", "room again");
            for (int i = 0; i < 500; i++) {
                last = Images.put(store, "k/" + i % 50, "after " + i);
            }
            full = store.list("");
        }
        require(Images.logs(directory).size() <= 2, "snapshots go on: " + Images.logs(directory));
        try (EmbeddedStore store = EmbeddedStore.open(directory, SMALL)) {
            require(store.list("").equals(full) && full.revision() == last, "everything survived");
        }
        System.out.println("passed");
    }

    private static Store.Snapshot commitUntilFull(EmbeddedStore store) {
        Store.Snapshot before = store.list("");
        for (int i = 0; i < 100_000; i++) {
            try {
                Images.put(store, "k/" + i % 50, "while full " + i);
                before = store.list("");
            } catch (PatchbayException e) {
                require(e.kind() == Kind.UNAVAILABLE, "UNAVAILABLE, not " + e.kind());
                require(String.valueOf(e.getMessage()).contains("No space left on device"), "reason: " + e);
                return before;
            }
        }
        throw new AssertionError("the disk was never full");
    }

    private static void fill(Path filler) throws IOException {
        byte[] block = new byte[1024];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            require(String.valueOf(e.getMessage()).contains("No space left"), "no space: " + e);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
