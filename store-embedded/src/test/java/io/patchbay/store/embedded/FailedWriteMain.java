package io.patchbay.store.embedded;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Runs for {@link FailedWriteTest} with a limit of its own on the size of files: the disk takes the first bytes of a
 * commit and refuses the rest, and so it does with the zeros that shall wipe them.
 */
final class FailedWriteMain {
    private static final EmbeddedSettings UNSEALED = new EmbeddedSettings(1 << 16, 50, Duration.ofDays(1));
    private static final EmbeddedSettings SEALED = new EmbeddedSettings(1 << 16, 50, Duration.ofMillis(5));
    private static final String UNLIMITED = "unlimited";

    private FailedWriteMain() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        String then = arguments[1];
        try (EmbeddedStore store = EmbeddedStore.open(directory, then.equals("wait") ? SEALED : UNSEALED)) {
            Images.put(store, "first", "x".repeat(300));
            Images.put(store, "second", "x".repeat(300));
            Store.Snapshot before = store.list("");
            if (then.equals("wait")) {
                await(directory, "a seal", () -> Images.isSealed(directory, before.revision()));
            }
            int end = Images.end(directory);
            limit("" + (end + 10));
            for (int i = 0; i < 3; i++) {
                fail(store);
                require(store.list("").equals(before), "the failed commit is not seen");
            }
            if (then.equals("die")) {
                System.out.println("failed");
                System.in.read();
            }
            limit(UNLIMITED);
            if (then.equals("wait")) {
                await(directory, "a seal where the commit failed", () -> Images.isSealAt(directory, end));
            } else {
                Images.put(store, "third", "x");
            }
        }
        System.out.println("passed");
    }

    private static void fail(Store store) {
        try {
            Images.put(store, "refused", "x".repeat(300));
        } catch (PatchbayException e) {
            require(e.kind() == Kind.UNAVAILABLE, "UNAVAILABLE, not " + e.kind());
            require(String.valueOf(e.getMessage()).contains("it is not known whether"), "open: " + e.getMessage());
            return;
        }
        throw new AssertionError("a commit that the disk refused was acknowledged");
    }

    private static void limit(String bytes) throws IOException, InterruptedException {
        String pid = "" + ProcessHandle.current().pid();
        Process prlimit = new ProcessBuilder("prlimit", "--pid", pid, "--fsize=" + bytes + ":").start();
        require(prlimit.waitFor() == 0, "prlimit");
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Path directory, String what, Condition condition) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.holds()) {
            require(System.nanoTime() < deadline, what + " in " + directory);
            Thread.onSpinWait();
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
