package io.patchbay.api;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Answers that go to all who ask the same at about the same time. Each open page asks anew when something happens, all
 * of them at once, and an answer takes as long as there are claims to be looked at.
 */
final class SharedAnswers {
    private static final Duration LASTS = Duration.ofMillis(400);
    private static final int MOST = 16;

    private final Map<String, Kept> kept = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
            return size() > MOST;
        }
    };

    private record Kept(FutureTask<Page> answer, long begunNanos) {
        boolean isOld() {
            return System.nanoTime() - begunNanos > LASTS.toNanos();
        }
    }

    /** The answer, begun less than half a second ago; fails as {@code work} does. */
    Page get(String question, Supplier<Page> work) {
        Kept shared;
        synchronized (kept) {
            shared = kept.get(question);
            if (shared == null || shared.isOld()) {
                shared = new Kept(new FutureTask<>(work::get), System.nanoTime());
                kept.remove(question);
                kept.put(question, shared);
            }
        }
        // who comes later finds it running or done
        shared.answer().run();
        try {
            return shared.answer().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Page.error(503, "the daemon is being stopped");
        }
    }
}
