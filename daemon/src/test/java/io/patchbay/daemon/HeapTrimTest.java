package io.patchbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapTrimTest {
    private static final long MIB = 1 << 20;

    private final HeapTrim trim = new HeapTrim(0);

    @Test
    void grownHeapIsTrimmedWhenNothingIsAllocatedAnyMore() {
        assertThat(trim.isDue(60 * MIB, 30 * MIB)).as("it was just filled").isFalse();
        assertThat(trim.isDue(60 * MIB, 40 * MIB)).as("calls come").isFalse();
        assertThat(trim.isDue(60 * MIB, 35 * MIB))
                .as("calls come, and it was collected meanwhile")
                .isFalse();
        assertThat(trim.isDue(60 * MIB, 35 * MIB + 1000)).as("idle").isTrue();
    }

    @Test
    void onceIsEnoughUntilItHasGrownAgain() {
        trim.isDue(60 * MIB, 30 * MIB);
        assertThat(trim.isDue(60 * MIB, 30 * MIB)).isTrue();
        trim.trimmed(40 * MIB);
        assertThat(trim.isDue(40 * MIB, 28 * MIB)).isFalse();
        assertThat(trim.isDue(40 * MIB, 28 * MIB)).isFalse();
        assertThat(trim.isDue(50 * MIB, 28 * MIB)).isTrue();
    }
}
