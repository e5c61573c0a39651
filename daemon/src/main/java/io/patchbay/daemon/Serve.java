package io.patchbay.daemon;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.daemon.cli.Commands;
import io.patchbay.daemon.log.LogOutput;
import io.patchbay.daemon.settings.DaemonSettings;
import io.patchbay.daemon.settings.ManagedPlugin;
import io.patchbay.daemon.settings.SettingsException;
import io.patchbay.daemon.settings.SettingsReader;
import io.patchbay.daemon.uplink.UplinkRecovery;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code patchbay serve}: reads the settings, runs the daemon until SIGTERM, and says in one sentence why it could not.
 */
final class Serve {
    /** EX_CONFIG of sysexits.h: systemd shows it by name, and the unit does not start again what cannot work. */
    static final int BAD_SETTINGS = 78;

    private static final int FAILED = 1;

    private Serve() {}

    static int run(Commands.Invocation invocation) {
        CompletableFuture<Reload> reload = new CompletableFuture<>();
        // one that comes while the settings are read has them read again
        HangUp.on(() -> {
            Set<String> unused = reload.join().run();
        });
        Reload.Source source = () -> SettingsReader.read(
                invocation.flags(),
                invocation.unknown(),
                ManagedPlugin.environment(System.getenv()),
                SettingsReader::kernelHostname);
        DaemonSettings.Outcome outcome;
        try {
            outcome = source.read();
        } catch (SettingsException e) {
            e.problems().forEach(problem -> invocation.err().println("patchbay: " + problem));
            return BAD_SETTINGS;
        }
        LogOutput.setLevel(outcome.settings().logLevel());
        Logger log = LoggerFactory.getLogger(Serve.class);
        outcome.warnings().forEach(log::warn);
        HostPorts ports = new HostPorts(
                outcome.settings().store(),
                outcome.settings().etcd(),
                outcome.settings().outageDirectory());
        reload.complete(new Reload(source, ports::reload, outcome.texts()));
        UplinkRecovery.atStart(outcome.settings().stateDirectory());
        return serve(
                log,
                new Daemon(outcome.settings(), ports),
                WarmUp.beside(outcome.settings().controlSocket()));
    }

    private static int serve(Logger log, Daemon daemon, WarmUp warmUp) {
        Thread onSignal = new Thread(() -> stop(log, daemon, warmUp), "stop");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            daemon.start();
        } catch (PatchbayException e) {
            return failed(log, daemon, onSignal, e);
        }
        warmUp.start();
        HeapTrim.start();
        waitForever();
        return FAILED;
    }

    private static int failed(Logger log, Daemon daemon, Thread onSignal, PatchbayException e) {
        log.error("cannot start: {}", e.getMessage());
        log.debug("cannot start", e);
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException ended) {
            // a signal came at the same moment, its thread closes the daemon
            waitForever();
        }
        daemon.close();
        return FAILED;
    }

    private static void stop(Logger log, Daemon daemon, WarmUp warmUp) {
        log.info("stopping");
        warmUp.close();
        daemon.close();
        log.info("stopped");
        System.err.flush();
        // a wanted end is exit code 0, not the 143 that the JVM has for SIGTERM
        Runtime.getRuntime().halt(0);
    }

    private static void waitForever() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
