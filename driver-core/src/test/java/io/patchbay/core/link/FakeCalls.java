package io.patchbay.core.link;

import io.patchbay.core.link.FakeLinks.Verb;
import java.util.EnumMap;
import java.util.Map;

/** The calls of a kernel in memory, and which of them are to fail. */
final class FakeCalls {
    private final Map<Verb, RuntimeException> failures = new EnumMap<>(Verb.class);
    private final Map<Verb, Integer> calls = new EnumMap<>(Verb.class);

    synchronized int of(Verb verb) {
        return calls.getOrDefault(verb, 0);
    }

    synchronized void failNext(Verb verb, RuntimeException failure) {
        failures.put(verb, failure);
    }

    synchronized void begin(Verb verb) {
        calls.merge(verb, 1, Integer::sum);
        RuntimeException failure = failures.remove(verb);
        if (failure != null) {
            throw failure;
        }
    }
}
