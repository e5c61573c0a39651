package io.patchbay.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SeedsTest {
    @Test
    void aTestHasTheSameInputsEachTime() {
        assertThat(Seeds.seeds("", "SomeTest#one", 3))
                .containsExactly(1112973926565858694L, 5009250157296262434L, 3147335745154149511L);
        assertThat(Seeds.seeds("", "SomeTest#one", 9)).startsWith(Seeds.seeds("", "SomeTest#one", 3));
    }

    @Test
    void eachTestAndEachSeriesHasOthers() {
        Set<Long> all = new TreeSet<>();
        for (String series : List.of("", "check", "new")) {
            for (String test : List.of("SomeTest#one", "SomeTest#two", "OtherTest#one")) {
                for (long seed : Seeds.seeds(series, test, 100)) {
                    all.add(seed);
                }
            }
        }
        assertThat(all).hasSize(900);
    }

    @Test
    void freshOnesAreOthersEachTime() {
        assertThat(Seeds.seeds("new", "SomeTest#one", 10)).isNotEqualTo(Seeds.seeds("new", "SomeTest#one", 10));
    }

    @Test
    void roundsSideBySideHaveTheSameInputs() {
        assumeFalse(System.getenv("PATCHBAY_SEED") != null || "new".equals(System.getProperty("patchbay.seeds")));
        List<Set<Long>> runs = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            Set<Long> inputs = Collections.synchronizedSet(new TreeSet<>());
            Seeds.runInParallel(50, random -> inputs.add(random.nextLong()));
            runs.add(inputs);
        }
        assertThat(runs.get(0)).hasSize(50).isEqualTo(runs.get(1));
    }

    @Test
    void aFailureNamesItsSeed() {
        assertThatThrownBy(() -> Seeds.run(1, random -> {
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("PATCHBAY_SEED=")
                .hasMessageContaining("no");
    }
}
