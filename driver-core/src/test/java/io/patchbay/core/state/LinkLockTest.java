package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.testkit.Await;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LinkLockTest {
    private final LinkLock lock = new LinkLock();

    /** Begins the work in a thread of its own and waits until that waits. */
    private static Thread waiting(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        Await.until("the thread waits", () -> thread.getState() == Thread.State.WAITING);
        return thread;
    }

    @Test
    void callsSetOutSideBySide() {
        assertThat(lock.setOut(() -> true)).isTrue();
        assertThat(lock.setOut(() -> true)).isTrue();
        assertThat(lock.setOut(() -> false)).isFalse();
    }

    @Test
    void whoIsAloneWaitsForCallsAndCallsForIt() throws Exception {
        assertThat(lock.setOut(() -> true)).isTrue();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch enough = new CountDownLatch(1);
        Thread alone = waiting(() -> lock.alone(() -> {
            begun.countDown();
            Await.until("it is enough", () -> enough.getCount() == 0);
        }));
        AtomicBoolean setOut = new AtomicBoolean();
        Thread call = waiting(() -> setOut.set(lock.setOut(() -> true)));

        lock.isBack();
        begun.await();
        assertThat(setOut).isFalse();
        enough.countDown();
        alone.join();
        call.join();

        assertThat(setOut).isTrue();
    }

    @Test
    void aCallThatMayNotAnyMoreDoesNotWait() throws Exception {
        AtomicBoolean may = new AtomicBoolean(true);
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        lock.alone(() -> {
            Thread call = waiting(() -> answer.complete(lock.setOut(may::get)));
            may.set(false);
            lock.changed();
            Await.until("the call goes another way", () -> !call.isAlive());
        });
        assertThat(answer.get()).isFalse();
    }

    @Test
    void nobodyIsAloneTwice() {
        lock.alone(() -> assertThatThrownBy(() -> lock.alone(() -> {})).isInstanceOf(IllegalStateException.class));
        lock.alone(() -> {});
    }

    @Test
    void anInterruptIsKeptForLater() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        lock.alone(() -> {
            Thread call = waiting(() -> {
                boolean unused = lock.setOut(() -> true);
                interrupted.complete(Thread.currentThread().isInterrupted());
            });
            call.interrupt();
        });
        assertThat(interrupted.get()).isTrue();
    }
}
