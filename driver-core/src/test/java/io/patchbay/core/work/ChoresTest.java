package io.patchbay.core.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ChoresTest {
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(1);

    @AfterEach
    void close() {
        executor.shutdownNow();
    }

    @Test
    void whatIsDoneInTurnsHasItsNextTurnWhateverItThrows() {
        AtomicInteger turns = new AtomicInteger();
        Chores.every(executor, Duration.ZERO, Duration.ofMillis(1), "a turn", () -> {
            if (turns.incrementAndGet() % 2 == 0) {
                throw new IllegalStateException("bad");
            }
            throw new StackOverflowError();
        });
        Await.until("the fifth turn", () -> turns.get() >= 5);
    }

    @Test
    void oneThatFailsKeepsNoneOfTheOthers() {
        List<Integer> done = new ArrayList<>();
        boolean all = Chores.each("item", List.of(1, 2, 3), i -> i, i -> {
            if (i == 1) {
                throw new NullPointerException();
            }
            done.add(i);
        });
        assertThat(all).isFalse();
        assertThat(done).containsExactly(2, 3);
        assertThat(Chores.each("item", List.of(1), i -> i, done::add)).isTrue();
    }

    @Test
    void whatIsBegunOrDoneLaterLeavesItsThreadForTheNext() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            Chores.begin(executor, "work", () -> {
                done.countDown();
                throw new AssertionError("bad");
            });
        }
        assertThat(done.await(30, TimeUnit.SECONDS))
                .as("both were begun within 30 s")
                .isTrue();
        CountDownLatch later = new CountDownLatch(1);
        assertThat(Chores.after(executor, Duration.ofMillis(1), "work", later::countDown))
                .isPresent();
        assertThat(later.await(30, TimeUnit.SECONDS))
                .as("it was done within 30 s")
                .isTrue();
    }

    @Test
    void anExecutorThatIsShutDownTakesNothingAndThatIsNoFailure() {
        executor.shutdownNow();
        Chores.begin(executor, "work", () -> {});
        assertThat(Chores.after(executor, Duration.ZERO, "work", () -> {})).isEmpty();
    }

    @Test
    void nothingBeginsOnceTheDaemonIsBeingStopped() {
        ScheduledExecutorService over = Executors.newSingleThreadScheduledExecutor();
        over.shutdownNow();
        Runnable never = () -> {
            throw new AssertionError("it has begun");
        };
        Chores.begin(over, "one", never);
        assertThat(Chores.after(over, Duration.ZERO, "later", never)).isEmpty();
        Chores.every(over, Duration.ZERO, Duration.ofSeconds(1), "always", never)
                .callOff();
    }
}
