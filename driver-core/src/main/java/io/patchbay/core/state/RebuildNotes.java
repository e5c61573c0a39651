package io.patchbay.core.state;

import io.patchbay.core.record.Fields;
import io.patchbay.core.state.Judge.Origin;
import io.patchbay.core.state.Judge.Step;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What hosts tell each other in the store while it is being rebuilt: who takes part, who has put back its own records,
 * and by which revisions of the old history each record was put back or ended. All of it lies under the mark of the new
 * history. Fails like the store.
 */
final class RebuildNotes {
    static final String PREFIX = "rebuild/";
    private static final String BEGUN = "begun";
    private static final String DONE = "done";
    private static final String CLOSED = "closed";

    private final Store store;
    private final String host;
    private final Store.Entry mark;
    private final String under;
    private String said = "";

    RebuildNotes(Store store, String host, Store.Entry mark) {
        this.store = store;
        this.host = host;
        this.mark = mark;
        this.under = PREFIX
                + (mark.key().isEmpty() ? "" : History.Mark.read(mark.value()).id());
    }

    Store.Entry mark() {
        return mark;
    }

    boolean isUnder(Store.Entry other) {
        return mark.equals(other);
    }

    private String hosts() {
        return under + "/hosts/";
    }

    private String origins() {
        return under + "/origins/";
    }

    /** This host takes part. */
    void begin() {
        if (said.isEmpty()) {
            say(BEGUN);
        }
    }

    /** It has put back what it had to. */
    void done() {
        if (!said.equals(DONE)) {
            say(DONE);
        }
    }

    private void say(String state) {
        CommitResult result = store.commit(Transaction.builder()
                .ifRevision(History.KEY, mark.revision())
                .put(hosts() + host, Fields.with(Map.of()).put("state", state).value())
                .build());
        if (result instanceof CommitResult.Committed) {
            said = state;
        }
    }

    /** The first who goes on with the store says so: who comes from then on has only its own records to put back. */
    void close() {
        Transaction.Builder transaction = Transaction.builder()
                .ifRevision(History.KEY, mark.revision())
                .put(under + "/" + CLOSED, Fields.with(Map.of()).put("by", host).value());
        store.list(origins() + host + "/").entries().stream().limit(100).forEach(e -> transaction.delete(e.key()));
        CommitResult unused = store.commit(transaction.build());
    }

    boolean areClosed(Store.Snapshot read) {
        return read.entries().stream().anyMatch(e -> e.key().equals(under + "/" + CLOSED));
    }

    /** The hosts that take part. */
    Set<String> noted(Store.Snapshot read) {
        Set<String> hosts = new HashSet<>();
        read.entries().stream()
                .filter(e -> e.key().startsWith(hosts()))
                .forEach(e -> hosts.add(e.key().substring(hosts().length())));
        return hosts;
    }

    /** Those of them that are done. */
    Set<String> done(Store.Snapshot read) {
        Set<String> hosts = new HashSet<>();
        read.entries().stream()
                .filter(e -> e.key().startsWith(hosts()))
                .filter(e -> DONE.equals(Fields.of(e.value()).optional("state").orElse("")))
                .forEach(e -> hosts.add(e.key().substring(hosts().length())));
        return hosts;
    }

    /** Writes what is to be written, with its origins beside it; a conflict is seen at the next look. */
    void send(String old, List<Step> steps, long markRevision) {
        Map<String, String> origins = new HashMap<>();
        Transaction.Builder transaction = Transaction.builder();
        for (Step step : steps) {
            transaction.ifRevision(step.key(), step.base());
            step.value().ifPresentOrElse(v -> transaction.put(step.key(), v), () -> transaction.delete(step.key()));
            origins.put(step.key(), (step.value().isPresent() ? "" : "-") + step.origin());
        }
        Value value = Fields.with(Map.of())
                .put("history", old)
                .put("origins", origins)
                .value();
        transaction.put(origins() + host + "/" + UUID.randomUUID(), value);
        CommitResult result = store.commit(History.guard(transaction.build(), markRevision));
        if (result instanceof CommitResult.Conflict && steps.size() > 1) {
            steps.forEach(step -> send(old, List.of(step), markRevision));
        }
    }

    /** By which revisions of the old history records were put back or ended; of several the highest. */
    Map<String, Origin> origins(String old, Store.Snapshot read) {
        Map<String, Origin> origins = new HashMap<>();
        for (Store.Entry entry : read.entries()) {
            if (!entry.key().startsWith(origins())) {
                continue;
            }
            Fields f = Fields.of(entry.value());
            if (!f.text("history").equals(old)) {
                continue;
            }
            f.texts("origins").forEach((key, text) -> {
                boolean ended = text.startsWith("-");
                Origin origin = new Origin(Long.parseLong(ended ? text.substring(1) : text), ended, entry.revision());
                origins.merge(key, origin, (a, b) -> a.revision() >= b.revision() ? a : b);
            });
        }
        return origins;
    }
}
