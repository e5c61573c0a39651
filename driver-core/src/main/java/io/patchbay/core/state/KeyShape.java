package io.patchbay.core.state;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What keys of one kind look like. A pattern of plain words and {@code [^/]+} between slashes, which nearly all are, is
 * compared part by part: each record that is read is asked about, and a matcher for each takes longer than that.
 */
interface KeyShape {
    String ANYTHING = "[^/]+";

    boolean fits(String key);

    static KeyShape of(Pattern pattern) {
        List<String> parts = List.of(pattern.pattern().split("(?<!\\^)/", -1));
        boolean plain = parts.stream().allMatch(part -> part.equals(ANYTHING) || part.matches("[a-z]+"));
        return plain ? key -> fits(parts, key) : key -> pattern.matcher(key).matches();
    }

    private static boolean fits(List<String> parts, String key) {
        int from = 0;
        for (int i = 0; i < parts.size(); i++) {
            int slash = key.indexOf('/', from);
            boolean last = i == parts.size() - 1;
            int to = slash < 0 ? key.length() : slash;
            if (last != slash < 0 || to == from) {
                return false;
            }
            String part = parts.get(i);
            boolean same = part.equals(ANYTHING) || (part.length() == to - from && key.startsWith(part, from));
            if (!same) {
                return false;
            }
            from = to + 1;
        }
        return true;
    }
}
