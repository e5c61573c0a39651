package io.patchbay.daemon.uplink;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.failure.PatchbayException;
import java.util.List;
import java.util.Map;

/** The kernel, which does so many lines of what it is told and no more. */
final class FaultyKernel implements Kernel {
    private final Kernel kernel;
    private final int lines;
    private final boolean killed;

    /** {@code killed}: the process ends there, so that nothing is undone; else the next line is refused. */
    FaultyKernel(Kernel kernel, int lines, boolean killed) {
        this.kernel = kernel;
        this.lines = lines;
        this.killed = killed;
    }

    /** In place of {@code kill -9}. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public void run(List<String> all) {
        kernel.run(all.subList(0, Math.min(lines, all.size())));
        if (lines > all.size()) {
            return;
        }
        if (killed) {
            throw new Killed();
        }
        throw new PatchbayException(PatchbayException.Kind.KERNEL, "line " + lines + " is refused");
    }

    @Override
    public JsonNode json(String... words) {
        return kernel.json(words);
    }

    @Override
    public List<String> lines(String... words) {
        return kernel.lines(words);
    }

    @Override
    public Map<String, String> settings(String link) {
        return kernel.settings(link);
    }

    @Override
    public void runAll(List<String> all) {
        kernel.runAll(all);
    }
}
