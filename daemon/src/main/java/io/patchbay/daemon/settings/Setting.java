package io.patchbay.daemon.settings;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * One thing the operator can set: its name in all three forms, its default, how its text is read, and its help.
 *
 * <p>The parser throws {@link IllegalArgumentException} with the rule the text breaks ("must be ..."), without the
 * setting's name or the text: the reader adds both.
 *
 * @param name in small letters with dashes; the flag and the file's key are made of it
 * @param placeholder what stands for the value in help
 * @param defaultText as an operator would write it; may be empty for a list
 * @param repeatable the flag may be given several times, and everywhere a comma divides elements
 * @param help one sentence
 */
record Setting<T>(
        String name,
        String placeholder,
        String defaultText,
        boolean repeatable,
        Function<String, T> parser,
        String help) {

    static final String ENVIRONMENT_PREFIX = "PATCHBAY_";

    static <T> Setting<T> of(
            String name, String placeholder, String defaultText, Function<String, T> parser, String help) {
        return new Setting<>(name, placeholder, defaultText, false, parser, help);
    }

    static <T> Setting<List<T>> listOf(String name, String placeholder, Function<String, T> parser, String help) {
        Function<String, List<T>> all = text -> text.isBlank()
                ? List.of()
                : List.of(text.split(",", -1)).stream()
                        .map(String::strip)
                        .map(parser)
                        .toList();
        return new Setting<>(name, placeholder, "", true, all, help);
    }

    String flag() {
        return "--" + name;
    }

    String environment() {
        return ENVIRONMENT_PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
