package io.patchbay.e2e.lab;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** A failure of the class's tests, or of what is done before and after them, ends with what the class has seen. */
public final class Seen implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
    /** A class of tests that can tell, whatever state things are in. */
    public interface ByTests {
        String seen();

        /** Where it was seen. */
        Lab lab();
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable why) throws Throwable {
        throw told(context, why);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable why) throws Throwable {
        throw told(context, why);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable why) throws Throwable {
        throw told(context, why);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable why) throws Throwable {
        throw told(context, why);
    }

    private static Throwable told(ExtensionContext context, Throwable why) {
        return context.getTestInstance()
                .filter(ByTests.class::isInstance)
                .map(tests -> told((ByTests) tests, name(context), why))
                .orElse(why);
    }

    private static String name(ExtensionContext context) {
        return context.getRequiredTestClass().getSimpleName()
                + context.getTestMethod().map(method -> "." + method.getName()).orElse("");
    }

    /** The failure with what was seen, and where the logs of the test of that name are kept. */
    public static Throwable told(ByTests tests, String name, Throwable why) {
        String seen;
        try {
            seen = tests.seen();
        } catch (RuntimeException | AssertionError e) {
            seen = "nothing: " + e;
        }
        return new AssertionError(
                why.getMessage() + "\nlogs of daemons and engines are in "
                        + tests.lab().keepLogs(name) + "\n" + seen,
                why);
    }
}
