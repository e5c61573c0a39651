package io.patchbay.core.state;

import io.patchbay.core.record.Fields;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.KeySyntax;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What hosts tell each other in the store while it is being rebuilt: who takes part, who has put back its own records,
 * and by which revisions of the old history each record was put back or ended. All of it lies under the mark of the new
 * history. Fails like the store.
 */
final class RebuildNotes {
    static final String PREFIX = "rebuild/";
    private static final String BEGUN = "begun";
    private static final String DONE = "done";
    private static final String LEFT_TO = "left_to";
    private static final String OVER = "over";
    private static final String CLOSED = "closed";
    private static final int BATCH = 100;

    private final Store store;
    private final String host;
    private final Mark.Seen mark;
    private final UnreadableNotes unreadableNotes;
    private final String under;
    private Optional<Value> said = Optional.empty();

    RebuildNotes(Store store, String host, Mark.Seen mark, UnreadableNotes unreadableNotes) {
        this.store = store;
        this.host = host;
        this.mark = mark;
        this.unreadableNotes = unreadableNotes;
        this.under = PREFIX + mark.mark().id();
    }

    Mark.Seen mark() {
        return mark;
    }

    boolean isUnder(Mark.Seen other) {
        return mark.equals(other);
    }

    private String hosts() {
        return under + "/hosts/";
    }

    /** This host takes part. */
    void begin() {
        if (said.isEmpty()) {
            say(BEGUN, Set.of(), false);
        }
    }

    /** It has put back what it had to, but for what it leaves to these hosts as long as it waits for them. */
    void done(Set<String> leftTo) {
        say(DONE, leftTo, false);
    }

    private void say(String state, Set<String> leftTo, boolean over) {
        Value value = Fields.with(Map.of())
                .put("state", state)
                .put(LEFT_TO, new TreeSet<>(leftTo))
                .put(OVER, over)
                .value();
        if (said.equals(Optional.of(value))) {
            return;
        }
        Transaction transaction =
                Transaction.builder().put(hosts() + host, value).build();
        if (store.commit(History.guard(transaction, mark)) instanceof CommitResult.Committed) {
            said = Optional.of(value);
        }
    }

    /**
     * The first who goes on with the store says so: who comes from then on has only its own records to put back. What
     * was noted under earlier marks goes. Origins go with the last of those that are {@code recorded}, for nobody
     * judges any more: each says that it goes on before it looks, so of several at once one sees all.
     */
    void close(Store.Snapshot read, Set<String> recorded) {
        say(DONE, Set.of(), true);
        commit(List.of(new Transaction.Put(
                closed(), Fields.with(Map.of()).put("by", host).value(), Optional.empty())));
        boolean everybody =
                now().filter(said -> over(said).containsAll(recorded)).isPresent();
        Stream<Store.Entry> earlier = read.entries().stream()
                .filter(e -> e.key().startsWith(PREFIX) && !e.key().startsWith(under + "/"));
        Stream<Store.Entry> origins = everybody ? store.list(Origins.under(under)).entries().stream() : Stream.of();
        List<Transaction.Operation> ended = Stream.concat(earlier, origins)
                .map(Store.Entry::key)
                .filter(KeySyntax::isKey)
                .<Transaction.Operation>map(Transaction.Delete::new)
                .toList();
        for (int from = 0; from < ended.size(); from += BATCH) {
            commit(ended.subList(from, Math.min(from + BATCH, ended.size())));
        }
    }

    private void commit(List<Transaction.Operation> operations) {
        Transaction.Builder transaction = Transaction.builder();
        operations.forEach(transaction::add);
        CommitResult unused = store.commit(History.guard(transaction.build(), mark));
    }

    boolean areClosed(Store.Snapshot read) {
        return read.entries().stream().anyMatch(e -> e.key().equals(closed()));
    }

    private String closed() {
        return under + "/" + CLOSED;
    }

    /** The hosts that take part, and at which revision they said so last. */
    Map<String, Long> noted(Store.Snapshot read) {
        Map<String, Long> hosts = new HashMap<>();
        read.entries().stream()
                .filter(e -> e.key().startsWith(hosts()))
                .forEach(e -> hosts.put(e.key().substring(hosts().length()), e.revision()));
        return hosts;
    }

    /** What they say by now, and nothing else; empty if this is not the mark any more. */
    Optional<Store.Snapshot> now() {
        return Mark.Seen.in(store.list(Mark.KEY)).equals(Optional.of(mark))
                ? Optional.of(store.list(hosts()))
                : Optional.empty();
    }

    /** Those of them that are done. */
    Set<String> done(Store.Snapshot read) {
        return said(read, f -> DONE.equals(f.text("state")));
    }

    /** Those that have gone on with the store. */
    Set<String> over(Store.Snapshot read) {
        return said(read, f -> f.flag(OVER));
    }

    /**
     * Others that may have something of somebody else to put back yet, once this host is done: they are not done, or
     * wait for somebody who is not.
     */
    Set<String> notThrough(Store.Snapshot read) {
        Set<String> done = done(read);
        done.add(host);
        Set<String> left =
                said(read, f -> !DONE.equals(f.text("state")) || !done.containsAll(f.list(LEFT_TO, name -> name)));
        left.remove(host);
        return left;
    }

    /** The hosts whose note says so. */
    private Set<String> said(Store.Snapshot read, Predicate<Fields> what) {
        Set<String> hosts = new TreeSet<>();
        read.entries().stream()
                .filter(e -> e.key().startsWith(hosts()))
                .filter(e -> unreadableNotes.orElse(e, () -> what.test(Fields.of(e.value())), false))
                .forEach(e -> hosts.add(e.key().substring(hosts().length())));
        return hosts;
    }

    /**
     * Writes what is to be written, with its origins beside it, unless a host has become the judge of its own since
     * {@code noted}, or {@code open} and somebody has gone on with the store. What others have written meanwhile is
     * left out, and seen at the next look; false when that was all.
     */
    boolean send(String old, List<Step> steps, Map<String, Long> noted, boolean open) {
        List<Step> left = steps;
        while (!left.isEmpty()) {
            Transaction.Builder transaction = transaction(old, left, noted);
            if (open) {
                transaction.ifAbsent(closed());
            }
            CommitResult result = store.commit(History.guard(transaction.build(), mark));
            if (!(result instanceof CommitResult.Conflict conflict)) {
                return true;
            }
            List<Step> unchanged = unchanged(left, noted, conflict);
            if (unchanged.size() == left.size()) {
                // it is the mark that has changed, or that somebody has gone on
                return false;
            }
            left = unchanged;
        }
        return false;
    }

    private Transaction.Builder transaction(String old, List<Step> steps, Map<String, Long> noted) {
        Set<String> owners = new TreeSet<>();
        Transaction.Builder transaction = Transaction.builder();
        for (Step step : steps) {
            transaction.ifRevision(step.key(), step.base());
            step.value().ifPresentOrElse(v -> transaction.put(step.key(), v), () -> transaction.delete(step.key()));
            owners.add(step.owner());
        }
        owners.remove("");
        owners.forEach(owner -> transaction.ifRevision(hosts() + owner, noted.getOrDefault(owner, 0L)));
        transaction.add(Origins.note(under, host, old, steps));
        return transaction;
    }

    private List<Step> unchanged(List<Step> steps, Map<String, Long> noted, CommitResult.Conflict conflict) {
        Map<String, Long> present = new HashMap<>();
        conflict.present().forEach(e -> present.put(e.key(), e.revision()));
        return steps.stream()
                .filter(s -> present.getOrDefault(s.key(), 0L) == s.base())
                .filter(s -> s.owner().isEmpty()
                        || present.getOrDefault(hosts() + s.owner(), 0L).equals(noted.getOrDefault(s.owner(), 0L)))
                .toList();
    }
}
