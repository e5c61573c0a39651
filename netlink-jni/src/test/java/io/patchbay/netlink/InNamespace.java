package io.patchbay.netlink;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets a test class run only when src/test/sh/in-netns/bin/java gave this JVM a network namespace of its own; on CI its
 * lack is a failure.
 */
final class InNamespace implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        String reason = System.getenv("PATCHBAY_NO_NETNS");
        if (reason == null) {
            return;
        }
        String sentence =
                "no network namespace could be made for the tests, which needs root or user namespaces: " + reason;
        if ("true".equals(System.getenv("CI"))) {
            fail(sentence);
        }
        abort(sentence);
    }

    /** Runs a command in the namespace; its output. */
    static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(List.of(command) + " failed: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new AssertionError(List.of(command) + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
