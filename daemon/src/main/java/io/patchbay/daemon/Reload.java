package io.patchbay.daemon;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.daemon.log.LogOutput;
import io.patchbay.daemon.settings.DaemonSettings;
import io.patchbay.daemon.settings.SettingsException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the settings again while the daemon runs. How much is logged, and how etcd is reached, is as set from then on;
 * of all else the log says that it needs a restart. A mistake leaves everything as it is.
 */
final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
    private static final String LEVEL = "log-level";
    private static final Set<String> OF_ETCD =
            Set.of("store", "etcd-user", "etcd-password-file", "etcd-ca", "etcd-cert", "etcd-key");

    private final Source source;
    private final Etcd etcd;
    private final Map<String, String> inUse;

    /** Reads the settings as at the start. */
    interface Source {
        DaemonSettings.Outcome read() throws SettingsException;
    }

    /** Reaches etcd as the settings say; fails with a sentence, and goes on as before, when that cannot be done. */
    interface Etcd {
        void reach(DaemonSettings settings);
    }

    /** {@code inUse} are the texts of the settings that the daemon was started with. */
    Reload(Source source, Etcd etcd, Map<String, String> inUse) {
        this.source = source;
        this.etcd = etcd;
        this.inUse = new HashMap<>(inUse);
    }

    /** Answers the settings that are as they were, and are set otherwise by now. */
    synchronized Set<String> run() {
        DaemonSettings.Outcome read;
        try {
            read = source.read();
        } catch (SettingsException e) {
            e.problems().forEach(problem -> LOG.error("settings are left as they are: {}", problem));
            return Set.of();
        }
        read.warnings().forEach(LOG::warn);
        LogOutput.setLevel(read.settings().logLevel());
        use(List.of(LEVEL), read);
        if (isEtcd(read.texts()) && isEtcd(inUse)) {
            try {
                etcd.reach(read.settings());
                use(OF_ETCD, read);
            } catch (PatchbayException e) {
                LOG.error("etcd is reached as before: {}", e.getMessage());
            }
        }
        Set<String> stale = new TreeSet<>();
        read.texts().forEach((name, text) -> {
            if (!text.equals(inUse.get(name))) {
                stale.add(name);
            }
        });
        LOG.info("settings read again log_level={}", read.texts().get(LEVEL));
        if (!stale.isEmpty()) {
            LOG.warn("a restart is needed for what is set otherwise now: {}", String.join(", ", stale));
        }
        return stale;
    }

    private static boolean isEtcd(Map<String, String> texts) {
        return Objects.requireNonNull(texts.get("store")).startsWith("etcd:");
    }

    private void use(Collection<String> names, DaemonSettings.Outcome read) {
        names.forEach(
                name -> inUse.put(name, Objects.requireNonNull(read.texts().get(name))));
    }
}
