package io.patchbay.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedAnswersTest {
    private final SharedAnswers answers = new SharedAnswers();
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch go = new CountDownLatch(1);

    private Page slow() {
        asked.incrementAndGet();
        CompletableFuture<Page> page = new CompletableFuture<>();
        page.completeAsync(() -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Page.text(200, "x");
        });
        return page.join();
    }

    @Test
    void whoAsksTheSameMeanwhileGetsTheSame() {
        List<CompletableFuture<Page>> all = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> answers.get("a", this::slow), task -> new Thread(task).start()))
                .limit(3)
                .toList();
        go.countDown();
        Page first = all.get(0).join();
        assertThat(all).allSatisfy(page -> assertThat(page.join()).isSameAs(first));
        assertThat(asked).hasValue(1);
    }

    @Test
    void anotherQuestionHasAnAnswerOfItsOwn() {
        assertThat(answers.get("a", () -> Page.text(200, "a")).body())
                .isNotEqualTo(answers.get("b", () -> Page.text(200, "b")).body());
    }

    @Test
    void aFailureIsThatOfTheWork() {
        assertThatThrownBy(() -> answers.get("a", () -> {
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no");
    }
}
