package io.patchbay.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator's request says: the fields of its JSON body. Texts and flags only; a field of another type, or a
 * required one that is missing, ends the request with status 400 and its name. Absent, null and "" are the same: not
 * given.
 */
public final class Arguments {
    private final Fields fields;

    Arguments(Fields fields) {
        this.fields = fields;
    }

    public Optional<String> text(String name) {
        return fields.text(name);
    }

    public String required(String name) {
        return fields.required(name);
    }

    public boolean flag(String name) {
        return fields.flag(name);
    }

    /** An array of texts; absent is empty. */
    public List<String> list(String name) {
        return fields.textList(name);
    }

    /** An object whose values are texts; absent is empty. */
    public Map<String, String> texts(String name) {
        return fields.texts(name);
    }
}
