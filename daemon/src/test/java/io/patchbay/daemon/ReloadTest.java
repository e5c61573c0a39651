package io.patchbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.daemon.log.Level;
import io.patchbay.daemon.log.LogOutput;
import io.patchbay.daemon.settings.DaemonSettings;
import io.patchbay.daemon.settings.SettingsException;
import io.patchbay.daemon.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What SIGHUP does. */
class ReloadTest {
    private static final String ETCD = "store=etcd:http://h1:2379\n";

    @TempDir
    private Path folder;

    private final List<String> reached = new ArrayList<>();
    private boolean refused;

    @AfterEach
    void end() {
        LogOutput.setLevel(Level.INFO);
    }

    private DaemonSettings.Outcome read() throws SettingsException {
        return SettingsReader.read(
                Map.of("config", List.of(folder.resolve("file").toString())), List.of(), Map.of(), () -> "h1");
    }

    private void set(String text) throws IOException {
        Files.writeString(folder.resolve("file"), text);
    }

    private Reload started(String text) throws IOException, SettingsException {
        set(text);
        return new Reload(this::read, this::reach, read().texts());
    }

    private void reach(DaemonSettings settings) {
        if (refused) {
            throw new PatchbayException(Kind.INVALID, "no");
        }
        reached.add(settings.store().toString());
    }

    private static boolean isDebugging() {
        return LoggerFactory.getLogger(Reload.class).isDebugEnabled();
    }

    @Test
    void theLogLevelIsAsSet() throws Exception {
        Reload reload = started("");
        set("log-level=debug\n");
        assertThat(reload.run()).isEmpty();
        assertThat(isDebugging()).isTrue();
        assertThat(reached).isEmpty();
        set("");
        assertThat(reload.run()).isEmpty();
        assertThat(isDebugging()).isFalse();
    }

    @Test
    void etcdIsReachedAnewAlsoWhereOnlyFilesHaveChanged() throws Exception {
        Reload reload = started(ETCD);
        assertThat(reload.run()).isEmpty();
        set("store=etcd:http://h2:2379\n");
        assertThat(reload.run()).isEmpty();
        assertThat(reached).containsExactly("etcd:http://h1:2379", "etcd:http://h2:2379");
    }

    @Test
    void whatNeedsARestartIsToldUntilItIsAsItWas() throws Exception {
        Reload reload = started(ETCD);
        set(ETCD + "reserve=9\nbridge=br1\ncluster=other\n");
        assertThat(reload.run()).containsExactly("bridge", "cluster", "reserve");
        assertThat(reload.run()).containsExactly("bridge", "cluster", "reserve");
        set("store=embedded:/x\n");
        assertThat(reload.run()).containsExactly("store");
        set(ETCD);
        assertThat(reload.run()).isEmpty();
        refused = true;
        set("store=etcd:http://h3:2379\n");
        assertThat(reload.run()).containsExactly("store");
    }

    @Test
    void aMistakeLeavesEverything() throws Exception {
        Reload reload = started("");
        set("log-level=debug\nbridge=a:b\n");
        assertThat(reload.run()).isEmpty();
        assertThat(isDebugging()).isFalse();
    }

    /** Also by a JVM that was started with it ignored, as by the launcher. */
    @Test
    void aHangUpIsHeardAndEndsNothing() throws Exception {
        Semaphore heard = new Semaphore(0);
        HangUp.on(heard::release);
        for (int i = 0; i < 2; i++) {
            Process kill = new ProcessBuilder(
                            "kill",
                            "-HUP",
                            String.valueOf(ProcessHandle.current().pid()))
                    .start();
            assertThat(kill.waitFor()).isZero();
            assertThat(heard.tryAcquire(40, TimeUnit.SECONDS))
                    .as("hang-up %d is heard", i)
                    .isTrue();
        }
        assertThat(heard.availablePermits()).isZero();
    }
}
