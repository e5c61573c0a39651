package io.patchbay.core.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.store.Value;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "null", "7", "\"text\"", "[]", "[1", "{", "{\"a\":", "{\"a\":1", "{} {}", "{}x", "{,}"})
    void whatIsNoJsonObjectIsRefused(String text) {
        assertThatThrownBy(() -> Fields.of(Value.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a record is not");
    }

    @Test
    void textsNumbersAndTruthsAreRead() {
        Fields fields = Fields.of(Value.of("""
                {"a":"\\u00e4","n":7,"t":true,"nothing":null,"list":["x"],"object":{"k":"v"},"other":{"deep":[1]}}"""));
        assertThat(fields.text("a")).isEqualTo("ä");
        assertThat(fields.text("n")).isEqualTo("7");
        assertThat(fields.flag("t")).isTrue();
        assertThat(fields.optional("nothing")).isEmpty();
        assertThat(fields.optional("absent")).isEmpty();
        assertThat(fields.list("list", text -> text)).containsExactly("x");
        assertThat(fields.texts("object")).isEqualTo(Map.of("k", "v"));
        assertThat(fields.unknown()).hasToString("{other={\"deep\":[1]}}");
        assertThatThrownBy(() -> fields.text("list")).hasMessageContaining("no text");
    }

    @Test
    void ofTwoFieldsWithOneNameTheLastCounts() {
        Fields fields = Fields.of(Value.of("""
                {"a":"1","u":"1","a":"2","u":"2"}"""));
        assertThat(fields.text("a")).isEqualTo("2");
        assertThat(fields.unknown()).hasToString("{u=\"2\"}");
    }
}
