package io.patchbay.core.state;

import io.patchbay.core.record.HostRecord;
import io.patchbay.core.store.KeySyntax;
import io.patchbay.core.store.Store;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

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

    /**
     * Whether others may have ended something of this host's that the store had at a revision, having it forgotten as
     * it came: when it read the store its sign of life was not there, and the watch has not told yet of all that came
     * before that was written again. What came after that nobody can have ended. Who has not read the store since start
     * goes by what it remembers. Takes no lock.
     */
    boolean mayHaveEnded(long revision) {
        long sign = replica.revision(SIGNS + self.host());
        long told = replica.watched();
        return told > 0 && (sign == 0 || (sign > told && revision < sign));
    }

    /** Those whose signs of life are in a store that was read, from before a revision of it. */
    Set<String> aliveIn(Store.Snapshot read, long before) {
        return others(read.entries().stream()
                .filter(e -> e.key().startsWith(SIGNS) && e.revision() < before)
                .map(Store.Entry::key)
                .filter(KeySyntax::isKey)
                .map(key -> key.substring(SIGNS.length())));
    }

    private Set<String> named(String beginning) {
        return others(replica.keys(beginning).stream()
                .filter(KeySyntax::isKey)
                .map(key -> key.substring(beginning.length())));
    }

    private Set<String> others(Stream<String> all) {
        Set<String> names = new TreeSet<>();
        all.filter(name -> !name.equals(self.host()) && !isRenamed(name)).forEach(names::add);
        return names;
    }

    private boolean isRenamed(String name) {
        return replica.record(RECORDS + name)
                .filter(r -> r instanceof HostRecord known
                        && (known.renamedTo().isPresent() || known.machine().equals(self.machine())))
                .isPresent();
    }
}
