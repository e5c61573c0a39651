package io.patchbay.api;

import java.time.Duration;
import java.util.Map;

/**
 * Something an operator may have done: {@code POST} of a JSON object to {@code path}, answered with a JSON object. It
 * is served on the control socket only, which nobody but root can open. A failure is a
 * {@link io.patchbay.core.failure.PatchbayException}: its kind makes the status, its sentence the answer
 * {@code {"error": sentence}}.
 *
 * @param path begins with {@code /v1/}
 * @param deadline after which the operator is answered 503; the work itself is not stopped, so it must be repeatable
 */
public record Operation(String path, Duration deadline, Work work) {

    /**
     * The doing; runs on a thread of the operators' server, several at once. Field {@code message} of its result is
     * what the command line shows.
     */
    @FunctionalInterface
    public interface Work {
        Map<String, Object> perform(Arguments arguments);
    }

    public Operation {
        if (!path.startsWith("/v1/")) {
            throw new IllegalArgumentException("path " + path + " of an operation does not begin with /v1/");
        }
    }

    /** One that has the time of any other request, 10 seconds. */
    public static Operation of(String path, Work work) {
        return new Operation(path, OperatorSettings.DEADLINE, work);
    }
}
