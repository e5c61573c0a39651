package io.patchbay.e2e.lab;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** See {@link InLab}. */
final class LabExtension implements ParameterResolver, BeforeEachCallback, AfterEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(LabExtension.class);

    /** A lab kept to the end of the run, or to a test after which it was no longer clean. */
    private record Kept(Lab lab) implements AutoCloseable {
        @Override
        public void close() {
            lab.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Lab.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return lab(context);
    }

    /** What a lab is made with; classes that want the same share one. */
    private record Wanted(int hosts, List<String> options) {}

    private static Wanted wanted(ExtensionContext context) {
        InLab annotation = context.getRequiredTestClass().getAnnotation(InLab.class);
        return new Wanted(annotation.hosts(), List.of(annotation.value()));
    }

    private static Store store(ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE);
    }

    private static Lab lab(ExtensionContext context) {
        return store(context)
                .getOrComputeIfAbsent(wanted(context), w -> new Kept(Lab.up(w.hosts(), w.options())), Kept.class)
                .lab();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        lab(context).ports().forget();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Lab lab = lab(context);
        List<Throwable> problems = new ArrayList<>();
        collect(problems, () -> new Leftovers(lab).assertAsEngineKnows());
        collect(problems, () -> lab.removeAll());
        collect(problems, () -> new Leftovers(lab).assertNothing());
        boolean failed = context.getExecutionException().isPresent() || !problems.isEmpty();
        if (failed) {
            String log = lab.daemonLog();
            String kept = lab.keepLogs(context.getRequiredTestClass().getSimpleName() + "."
                    + context.getRequiredTestMethod().getName());
            // the next test begins with a lab that nothing has happened to
            store(context).remove(wanted(context));
            lab.close();
            AssertionError error = new AssertionError((problems.isEmpty()
                            ? "the test failed; "
                            : "after the test: " + problems.get(0).getMessage() + "\n")
                    + "logs of daemons and engines are in " + kept + ", the daemon's last lines:\n" + log);
            problems.forEach(error::addSuppressed);
            throw error;
        }
    }

    private static void collect(List<Throwable> problems, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | AssertionError e) {
            problems.add(e);
        }
    }
}
