package io.patchbay.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.testkit.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class IntervalTest {
    private final ManualTime time = new ManualTime();
    private final Interval<String> interval = new Interval<>(Duration.ofMinutes(10), time);

    @Test
    void itIsDueOnceInAWhileForEachSubject() {
        assertThat(interval.beginIfDue("a")).isTrue();
        assertThat(interval.beginIfDue("a")).isFalse();
        assertThat(interval.beginIfDue("b")).isTrue();

        time.pass(Duration.ofMinutes(10));

        assertThat(interval.isDue("a")).isTrue();
        assertThat(interval.beginIfDue("a")).isTrue();
        assertThat(interval.isDue("a")).isFalse();
    }

    @Test
    void whatIsForgottenIsDue() {
        interval.begin("a");
        interval.begin("b");

        interval.forget("a"::equals);

        assertThat(interval.isDue("a")).isTrue();
        assertThat(interval.isDue("b")).isFalse();
    }

    @Test
    void whatIsNotDueIsNotForgotten() {
        interval.begin("a");

        interval.forgetDue();

        assertThat(interval.isDue("a")).isFalse();
    }
}
