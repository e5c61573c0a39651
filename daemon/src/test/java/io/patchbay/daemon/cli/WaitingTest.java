package io.patchbay.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WaitingTest {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final CountDownLatch second = new CountDownLatch(2);

    private void tell(String text) {
        told.add(text);
        second.countDown();
    }

    @Test
    void whatTakesLongIsToldOnOneLineThatIsEmptyAfterwards() throws InterruptedException {
        String answer = new Waiting(this::tell, Duration.ofMillis(1)).during(() -> {
            second.await();
            return "done";
        });
        assertThat(answer).isEqualTo("done");
        assertThat(told.get(0)).isEqualTo("\rwaiting for the daemon, 0 s");
        assertThat(told.get(told.size() - 1)).matches("\r +\r");
    }

    @Test
    void whatIsQuickIsNotToldOf() {
        assertThat(new Waiting(this::tell, Duration.ofHours(1)).during(() -> "done"))
                .isEqualTo("done");
        assertThat(told).isEmpty();
    }

    @Test
    void aFailureIsThatOfTheWork() {
        assertThatThrownBy(() -> new Waiting(this::tell, Duration.ofHours(1)).during(() -> {
                    throw new IOException("no");
                }))
                .hasMessage("no");
    }
}
