package io.patchbay.core.record;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.store.Value;
import org.junit.jupiter.api.Test;

class MacClaimTest {
    @Test
    void aTimeThatIsNoneIsNamed() {
        Value value =
                Value.of("{\"lan\":\"default\",\"mac\":\"02:11:22:33:44:55\",\"host\":\"h1\",\"since\":\"some day\"}");
        assertThatThrownBy(() -> MacClaim.read(value))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("field since is \"some day\", which is no time");
    }
}
