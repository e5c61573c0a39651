package io.patchbay.store.embedded;

import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The process that {@link CrashTest} kills: commits as fast as it can from some threads and prints what was
 * acknowledged.
 */
final class CrashMain {
    static final int KEYS = 40;

    private CrashMain() {}

    public static void main(String[] arguments) {
        EmbeddedStore store =
                EmbeddedStore.open(Path.of(arguments[0]), new EmbeddedSettings(1 << 15, 100, Duration.ofMillis(1)));
        System.out.println("open");
        for (int thread = 0; thread < Integer.parseInt(arguments[1]); thread++) {
            String name = "t" + thread;
            new Thread(() -> write(store, name)).start();
        }
    }

    private static void write(EmbeddedStore store, String thread) {
        long next = store.get(thread + "/counter")
                        .map(entry -> Long.parseLong(entry.value().text()))
                        .orElse(0L)
                + 1;
        while (true) {
            Value value = Value.of(Long.toString(next));
            CommitResult result = store.commit(Transaction.builder()
                    .put(thread + "/counter", value)
                    .put(thread + "/twin", value)
                    .put(thread + "/key/" + next % KEYS, Value.of(next + " " + "x".repeat(400)))
                    .build());
            if (result instanceof CommitResult.Committed committed) {
                String line = thread + " " + next + " " + committed.revision();
                System.out.println(line);
            }
            next++;
        }
    }

    /** What the store says of a thread's counter; both of its keys must agree. */
    static long counter(EmbeddedStore store, String thread) {
        Optional<String> counter =
                store.get(thread + "/counter").map(e -> e.value().text());
        Optional<String> twin = store.get(thread + "/twin").map(e -> e.value().text());
        if (!counter.equals(twin)) {
            throw new AssertionError("half a transaction: counter " + counter + ", twin " + twin);
        }
        return Long.parseLong(counter.orElse("0"));
    }
}
