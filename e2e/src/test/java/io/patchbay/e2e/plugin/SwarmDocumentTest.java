package io.patchbay.e2e.plugin;

import io.patchbay.e2e.lab.Seen;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * docs/swarm.md word by word, once for each scope: each line of its blocks is run as it stands, in the document's
 * order and where the sentence before the block says; then it is looked whether it has worked. Nothing after a
 * block that has not worked is tried.
 */
@Tag("plugin")
@ResourceLock(PluginBuildTest.BUILT)
final class SwarmDocumentTest {
    private static boolean isBuilt;

    private final Path checkout =
            Path.of(System.getProperty("patchbay.checkout")).normalize();
    private final Document document = new Document(checkout.resolve("docs/swarm.md"));
    private @Nullable DocumentRun run;

    @TestFactory
    @Tag("local")
    List<DynamicTest> scopeLocal() {
        return all("local");
    }

    @TestFactory
    @Tag("global")
    List<DynamicTest> scopeGlobal() {
        return all("global");
    }

    private List<DynamicTest> all(String scope) {
        DocumentRun begun = new DocumentRun(document, checkout, scope);
        run = begun;
        List<DynamicTest> tests = new ArrayList<>();
        boolean[] failed = {false};
        for (Document.Block block : document.blocks(scope)) {
            // one build is good for both scopes
            if (block.place() == Document.Place.BUILD && isBuilt) {
                continue;
            }
            tests.add(DynamicTest.dynamicTest(block.toString(), () -> {
                if (failed[0]) {
                    throw new AssertionError(block + ": not tried, a block before it has not worked");
                }
                try {
                    begun.run(block);
                } catch (RuntimeException | AssertionError e) {
                    failed[0] = true;
                    throw Seen.told(begun, "SwarmDocumentTest", new AssertionError(block + ": " + e.getMessage(), e));
                }
                isBuilt = isBuilt || block.place() == Document.Place.BUILD;
            }));
        }
        return tests;
    }

    @AfterEach
    void down() {
        if (run != null) {
            run.close();
        }
    }
}
