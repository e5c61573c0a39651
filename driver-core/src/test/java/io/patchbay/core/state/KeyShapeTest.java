package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyShapeTest {
    private static final List<String> KEYS = List.of(
            "",
            "/",
            "pools",
            "pools/",
            "pools/a",
            "pools/a/",
            "pools//",
            "pools//users/h/n",
            "pools/a/users",
            "pools/a/users/h",
            "pools/a/users/h/n",
            "pools/a/users/h/",
            "pools/a/users/h/n/",
            "pools/a/users/h/n/m",
            "pools/a/user/h/n",
            "pools/a/userss/h/n",
            "pool/a",
            "poolss/a",
            "schema",
            "schemas",
            "history/x");

    @ParameterizedTest
    @ValueSource(strings = {"pools/[^/]+", "pools/[^/]+/users/[^/]+/[^/]+", "(?!schema$|history/).*", "pools/[a-z]"})
    void aShapeFitsWhatItsPatternMatches(String pattern) {
        KeyShape shape = KeyShape.of(Pattern.compile(pattern));
        assertThat(KEYS).allSatisfy(key -> assertThat(shape.fits(key)).isEqualTo(key.matches(pattern)));
    }
}
