package io.patchbay.core.cluster;

import io.patchbay.core.cluster.Operations.Renamed;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.Links;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.HostRecord;
import io.patchbay.core.record.Owner;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.FormerDisk;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.Store;
import io.patchbay.core.time.TimeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what is kept under a name that this machine had before: by itself where nothing else can be meant, else on
 * an operator's word. It begins with a mark in the old name's record and ends with the end of that record, so that
 * another start goes on with it. All of it holds only while nobody lives under the old name.
 */
final class HostRename {
    private static final Logger LOG = LoggerFactory.getLogger(HostRename.class);

    private final State state;
    private final String self;
    private final HostSettings settings;
    private final Links links;
    private final TimeSource time;
    private final Function<String, Optional<Store>> formerDisk;

    /** {@code formerDisk}: what this host has on its disk under that name, to be closed. */
    HostRename(
            State state,
            String self,
            HostSettings settings,
            Links links,
            TimeSource time,
            Function<String, Optional<Store>> formerDisk) {
        this.state = state;
        this.self = self;
        this.settings = settings;
        this.links = links;
        this.time = time;
        this.formerDisk = formerDisk;
    }

    /** Dead hosts that by their records are this machine; several hosts of a lab are one. */
    List<String> formerNames() {
        return dead().filter(host -> settings.isSameMachine(host.machine()))
                .map(HostRecord::host)
                .toList();
    }

    /**
     * Names that this machine has had since it was booted, and no others: who copies a machine copies its id too. To be
     * asked by a host that comes under a name that nobody knows. A daemon that was killed is taken for alive for a
     * while; one that runs holds its folder on the disk.
     */
    List<String> sureNames() {
        return others().filter(host -> settings.isSameBoot(host.machine(), host.boot()))
                .map(HostRecord::host)
                .filter(this::hasSentAll)
                .toList();
    }

    private Stream<HostRecord> others() {
        return state.peekAll(Refs.hosts()).stream()
                .map(Versioned::value)
                .filter(host -> !host.host().equals(self));
    }

    private Stream<HostRecord> dead() {
        return others().filter(host -> !isAlive(host.host()));
    }

    private boolean isAlive(String host) {
        return state.isThere(Ref.alive(host));
    }

    private boolean hasSentAll(String old) {
        Optional<String> unsent = unsent(old);
        unsent.ifPresent(sentence -> LOG.warn("this machine was host {} before, and {}", old, sentence));
        return unsent.isEmpty();
    }

    /** Why what is on the disk keeps the name from being left. */
    private Optional<String> unsent(String old) {
        try (Store disk = formerDisk.apply(old).orElse(null)) {
            int changes = disk == null ? 0 : FormerDisk.unsent(disk);
            return changes == 0
                    ? Optional.empty()
                    : Optional.of(changes + " changes of it never reached the store; run the daemon with --host " + old
                            + " until 'patchbay doctor' finds the store well, then with the new name again");
        } catch (PatchbayException e) {
            return Optional.of("what it left on this host's disk cannot be read: " + e.getMessage());
        }
    }

    /** Begins to take the name over; it goes on once nobody lives under it. */
    void mark(Decision d, String old) {
        d.read(Ref.host(old)).ifPresent(record -> d.put(record.renamedTo(self)));
    }

    /** Goes on with what has been begun. Never fails; call it every few seconds. */
    void goOn() {
        List<String> begun = dead().filter(
                        host -> host.renamedTo().filter(self::equals).isPresent())
                .filter(host -> settings.isSameMachine(host.machine()))
                .map(HostRecord::host)
                .toList();
        for (String old : begun) {
            try {
                takeOver(old);
            } catch (PatchbayException e) {
                LOG.warn("host not renamed yet from={} to={} reason=\"{}\"", old, self, e.getMessage());
            }
        }
    }

    private Renamed takeOver(String old) {
        HostMove move = new HostMove(state, old, self);
        Renamed renamed = move.run();
        try (Store disk = formerDisk.apply(old).orElse(null)) {
            if (disk != null) {
                FormerDisk.clear(disk);
            }
        }
        // the last thing: a daemon that is killed before goes on at its next start
        move.end();
        LOG.info("host renamed what={}", renamed);
        return renamed;
    }

    Renamed rename(String old, String name) {
        if (!name.equals(self)) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "this host is \"" + self + "\", not \"" + name
                            + "\"; a host is renamed on itself, by a daemon that has the new name");
        }
        if (old.equals(self)) {
            throw new PatchbayException(Kind.INVALID, "\"" + old + "\" is this host's name already");
        }
        Optional<HostRecord> record = state.peek(Ref.host(old)).map(Versioned::value);
        if (Owner.isSwarm(old) || (record.isEmpty() && HostMove.isNothingOf(state, old))) {
            throw new PatchbayException(
                    Kind.NOT_FOUND, "there is no host \"" + old + "\"; 'patchbay hosts' shows them");
        }
        if (isAlive(old)) {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "host \"" + old
                            + "\" is alive; stop its daemon first, and wait until 'patchbay hosts' shows it dead");
        }
        refuseIfAnother(old, record);
        unsent(old).ifPresent(sentence -> {
            throw new PatchbayException(Kind.CONFLICT, "host \"" + old + "\" cannot be renamed: " + sentence);
        });
        state.change("host " + old, d -> {
            if (d.read(Ref.host(old)).isEmpty()) {
                d.put(asOfNow(old));
            } else {
                mark(d, old);
            }
        });
        return takeOver(old);
    }

    private void refuseIfAnother(String old, Optional<HostRecord> record) {
        if (record.isPresent() && !settings.isSameMachine(record.get().machine())) {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "host \"" + old + "\" is another machine: its id is "
                            + record.get().machine() + ", this one's is "
                            + settings.machine() + "; start the daemon with --host " + old
                            + " if it is the same one with a new id");
        }
        if (record.isEmpty() && !hasLinkOf(old)) {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "nothing says that host \"" + old + "\" was this machine: the store has lost its record, and no"
                            + " link of this machine is a container's of it");
        }
    }

    private boolean hasLinkOf(String old) {
        List<String> names = state.peekAll(Refs.endpointsOf(old)).stream()
                .map(Versioned::value)
                .map(EndpointRecord::link)
                .toList();
        return links.list().stream().anyMatch(link -> names.contains(link.name()));
    }

    private HostRecord asOfNow(String old) {
        return new HostRecord(
                old,
                settings.machine(),
                settings.boot(),
                settings.version(),
                List.of(),
                List.of(),
                time.now(),
                Optional.empty(),
                Optional.of(self),
                settings.asksEngine(),
                Map.of());
    }
}
