package io.patchbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.daemon.log.LogOutput;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class WarmUpTest {
    @TempDir
    Path temp;

    @Test
    void itRunsToItsEndAndLeavesNoFile() throws Exception {
        Path stale = Files.createDirectories(temp.resolve("c.sock.warm-up/store"));
        Files.writeString(stale.resolve("lock"), "left by one that was killed");
        WarmUp warmUp = WarmUp.beside(temp.resolve("c.sock"));
        warmUp.start();
        assertThat(warmUp.awaitEndpoints()).isPositive();
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void closedWhileItRunsItEndsEarlyAndLeavesNoFile() throws Exception {
        WarmUp warmUp = WarmUp.beside(temp.resolve("c.sock"));
        warmUp.start();
        warmUp.close();
        assertThat(warmUp.awaitEndpoints()).isLessThan(WarmUp.ENDPOINTS);
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void itCanBeLeftOut() throws Exception {
        System.setProperty("patchbay.warm-up", "false");
        try {
            WarmUp warmUp = WarmUp.beside(temp.resolve("c.sock"));
            warmUp.start();
            assertThat(warmUp.awaitEndpoints()).isZero();
        } finally {
            System.clearProperty("patchbay.warm-up");
        }
    }

    @Test
    void whatItsThreadsLogIsNotSeen() throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream caught = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setErr(caught);
            Thread silent = LogOutput.silent(
                    () -> {
                        LoggerFactory.getLogger("io.patchbay.test").error("rehearsed");
                        Thread child = new Thread(() ->
                                LoggerFactory.getLogger("io.patchbay.test").warn("rehearsed"));
                        child.start();
                        join(child);
                    },
                    "silent");
            silent.start();
            join(silent);
            LoggerFactory.getLogger("io.patchbay.test").warn("real");
        } finally {
            System.setErr(before);
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("real").doesNotContain("rehearsed");
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
