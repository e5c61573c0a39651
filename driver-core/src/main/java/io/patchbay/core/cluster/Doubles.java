package io.patchbay.core.cluster;

import io.patchbay.core.record.HostAlive;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells this machine from a copy of it with the same name and machine id. A daemon that starts cannot tell whether the
 * one it finds alive is its own before a crash, and comes in its place. Whoever runs knows: its own ones are all dead,
 * so who comes in its place is a copy. It says so where the other hears it, who is refused then. If it was away
 * meanwhile, it is refused itself, as with any other machine.
 */
final class Doubles {
    private static final Logger LOG = LoggerFactory.getLogger(Doubles.class);

    private final String host;
    private final String machine;
    private final TimeSource time;
    private final String process = UUID.randomUUID().toString();

    /** Of the last sign of life that this process wrote; 0 before the first. */
    private volatile long lastRevision;

    private volatile @Nullable Instant copyCame;

    Doubles(String host, String machine, TimeSource time) {
        this.host = host;
        this.machine = machine;
        this.time = time;
    }

    /** Hears of each sign of life that says to be this machine's. Answers why this one may not stay, if so. */
    Optional<String> heard(Versioned<HostAlive> alive) {
        if (isOwn(alive)) {
            lastRevision = alive.revision();
        }
        return alive.value().over().contains(process) ? Optional.of(taken()) : Optional.empty();
    }

    /** Whether it is this process's, or may be: an older version does not say. */
    boolean isOwn(Versioned<HostAlive> alive) {
        return alive.value().process().filter(other -> !other.equals(process)).isEmpty();
    }

    /**
     * Whether this process lets the other one stay.
     *
     * @param standing this one has kept its lease all the time
     * @param refused it has let another stay before
     */
    boolean yieldsTo(Versioned<HostAlive> alive, boolean standing, boolean refused) {
        return !isOwn(alive) && (alive.value().over().contains(process) || refused || (cameLater(alive) && !standing));
    }

    /** Not one that a restored store has of an earlier daemon of this host. */
    private boolean cameLater(Versioned<HostAlive> alive) {
        return lastRevision > 0 && alive.revision() > lastRevision;
    }

    /** The sign of life to be written in place of what there is. */
    HostAlive alive(Optional<Versioned<HostAlive>> present, boolean standing) {
        Optional<Versioned<HostAlive>> copy = present.filter(other -> !isOwn(other) && standing && cameLater(other));
        if (copy.isPresent()) {
            copyCame = time.now();
            LOG.error(
                    "another daemon came with this host's name and machine id and is refused, a second one here or one"
                            + " on a copy of this machine host={}",
                    host);
        }
        List<String> over =
                copy.flatMap(other -> other.value().process()).stream().toList();
        return new HostAlive(host, machine, Optional.of(process), over, Map.of());
    }

    /** What the copy is told. */
    String taken() {
        return "host name \"" + host + "\" is taken: another daemon runs with it and with this one's machine id ("
                + machine + "), a second one on this machine or one on a copy of it; end it, or on the copy remove"
                + " --state-dir, make /etc/machine-id anew (systemd-machine-id-setup) and choose another host name";
    }

    /** That a copy was refused, and when. */
    Optional<String> refused() {
        return Optional.ofNullable(copyCame)
                .map(when -> "another daemon with this host's name and machine id came at " + when
                        + " and was refused: a second one on this machine, or one on a copy of it");
    }
}
