package io.patchbay.e2e.lab;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** See {@link InLab}. */
final class LabExtension implements ParameterResolver, BeforeEachCallback, AfterEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(LabExtension.class);

    /**
     * The lab that is up, one for each thread that runs classes. It ends with the last class there that wants it, see
     * {@link ByLab}, for one that idles takes a tenth of a processor, or with a test after which it was no longer
     * clean.
     */
    private static final class Kept implements AutoCloseable {
        private @Nullable Wanted wanted;
        private @Nullable Lab lab;

        Lab as(Wanted now) {
            Lab known = lab;
            if (known == null || !now.equals(wanted)) {
                close();
                known = Lab.up(now.hosts(), now.options());
                lab = known;
                wanted = now;
            }
            return known;
        }

        @Override
        public void close() {
            Lab ended = lab;
            lab = null;
            if (ended != null) {
                ended.close();
            }
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
    record Wanted(int hosts, List<String> options) {
        static Wanted by(InLab annotation) {
            return new Wanted(annotation.hosts(), List.of(annotation.value()));
        }
    }

    private static Kept kept(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Thread.currentThread(), thread -> new Kept(), Kept.class);
    }

    private static Lab lab(ExtensionContext context) {
        return kept(context).as(Wanted.by(context.getRequiredTestClass().getAnnotation(InLab.class)));
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
            kept(context).close();
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
