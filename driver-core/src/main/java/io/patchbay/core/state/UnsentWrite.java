package io.patchbay.core.state;

import io.patchbay.core.record.Fields;
import io.patchbay.core.store.Value;
import java.util.Map;
import java.util.Optional;

/**
 * The last change of one record of this host that the store does not know yet.
 *
 * @param base revision of the record in the store when it was last known, 0 when it was absent
 * @param group those of one transaction have the same number; later ones have larger numbers
 * @param exclusive for a claim: the store has it as this host's, and not as released, so that nobody else can have
 *     taken it
 * @param value empty means deleted
 */
record UnsentWrite(String key, long base, long group, boolean exclusive, Optional<Value> value) {

    static UnsentWrite read(String key, Value stored) {
        Fields f = Fields.of(stored);
        return new UnsentWrite(
                key,
                Long.parseLong(f.text("base")),
                Long.parseLong(f.text("group")),
                f.flag("firm"),
                f.optional("value").map(Value::of));
    }

    Value write() {
        return Fields.with(Map.of())
                .put("base", base)
                .put("group", group)
                .put("firm", exclusive)
                .put("value", value)
                .value();
    }

    UnsentWrite withValue(Optional<Value> newValue) {
        return new UnsentWrite(key, base, group, exclusive, newValue);
    }

    /** The same, of what others may have by now. */
    UnsentWrite released() {
        return onTopOf(base, false);
    }

    UnsentWrite onTopOf(long newBase, boolean newExclusive) {
        return new UnsentWrite(key, newBase, group, newExclusive, value);
    }
}
