package io.patchbay.core.state;

import io.patchbay.core.record.HostRecord;
import java.util.Set;
import java.util.TreeSet;

/** The other hosts that the tables know of, without names that a machine has no more. */
final class KnownHosts {
    private static final String RECORDS = "hosts/";
    private static final String SIGNS = "alive/";

    private final Replica replica;
    private final Self self;

    KnownHosts(Replica replica, Self self) {
        this.replica = replica;
        this.self = self;
    }

    /** The name of this one. */
    String self() {
        return self.host();
    }

    /** Those that are recorded. */
    Set<String> recorded() {
        return named(RECORDS);
    }

    /** Those that are alive. */
    Set<String> alive() {
        return named(SIGNS);
    }

    private Set<String> named(String beginning) {
        Set<String> names = new TreeSet<>();
        replica.keys(beginning).stream()
                .map(key -> key.substring(beginning.length()))
                .filter(name -> !name.equals(self.host()) && !isRenamed(name))
                .forEach(names::add);
        return names;
    }

    private boolean isRenamed(String name) {
        return replica.record(RECORDS + name)
                .filter(r -> r instanceof HostRecord known
                        && (known.renamedTo().isPresent() || known.machine().equals(self.machine())))
                .isPresent();
    }
}
