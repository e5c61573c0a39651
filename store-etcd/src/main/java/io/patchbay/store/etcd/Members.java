package io.patchbay.store.etcd;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of the cluster: which one to ask, and whether any can be asked.
 *
 * <p>One member is preferred and asked for everything until it fails; then the next one is. A member that failed is
 * asked again when the others have failed too, or when it has answered the {@link Prober}.
 */
final class Members {
    private static final Logger LOG = LoggerFactory.getLogger(Members.class);

    /** How things stand. */
    record Standing(boolean connected, Instant since, long sinceNanos, Optional<String> problem) {}

    private final long openedNanos = System.nanoTime();
    private volatile List<Member> all;
    private final List<Consumer<Member>> onFailed = new CopyOnWriteArrayList<>();
    private Member preferred;
    private Standing standing = new Standing(false, Instant.now(), System.nanoTime(), Optional.empty());
    private long cluster;

    /** In the order in which they are tried. */
    Members(List<Member> all) {
        this.all = List.copyOf(all);
        this.preferred = all.get(0);
    }

    List<Member> all() {
        return all;
    }

    /** From now on it is one of those that are tried; the last. */
    synchronized void add(Member member) {
        List<Member> more = new ArrayList<>(all);
        more.add(member);
        all = List.copyOf(more);
        LOG.info("etcd has a member that --store does not name endpoint={}", member);
    }

    /** It is no longer one of those that are tried, if another one is left. */
    void remove(Member member) {
        synchronized (this) {
            List<Member> fewer = all.stream().filter(other -> other != member).toList();
            if (fewer.isEmpty()) {
                return;
            }
            all = fewer;
            if (preferred == member) {
                preferred = fewer.get(0);
            }
        }
        onFailed.forEach(listener -> listener.accept(member));
    }

    /** How much is left of this time since the opening; negative when it is over. */
    long startNanos(Duration start) {
        return openedNanos + start.toNanos() - System.nanoTime();
    }

    /** The member to ask: the preferred one, or if it was {@code tried} the best of the others; empty when all were. */
    synchronized Optional<Member> pick(Collection<Member> tried) {
        if (!tried.contains(preferred)) {
            return Optional.of(preferred);
        }
        return others(tried).findFirst();
    }

    private Stream<Member> others(Collection<Member> tried) {
        int start = all.indexOf(preferred);
        return IntStream.range(1, all.size())
                .mapToObj(i -> all.get((start + i) % all.size()))
                .filter(member -> !tried.contains(member))
                .sorted(Comparator.comparing(member -> member.problem() != null));
    }

    /**
     * It answered, whatever the answer was; of no consequence for the others if it is not one of those that are tried.
     */
    void answered(Member member) {
        Standing before;
        synchronized (this) {
            member.answered();
            if (!all.contains(member)) {
                return;
            }
            if (preferred.problem() != null) {
                preferred = member;
            }
            before = standing;
            if (!before.connected()) {
                standing = new Standing(true, Instant.now(), System.nanoTime(), before.problem());
            }
        }
        if (!before.connected()) {
            LOG.info("etcd answers endpoint={} after_ms={}", member, millisSince(before.sinceNanos()));
        }
    }

    /** It is not to be preferred; whoever has something running on it should go elsewhere. */
    void failed(Member member, String reason) {
        boolean news;
        synchronized (this) {
            news = member.problem() == null;
            member.failed(reason);
            if (member == preferred) {
                others(List.of()).filter(m -> m.problem() == null).findFirst().ifPresent(next -> preferred = next);
            }
        }
        if (news) {
            LOG.info("etcd member is not used endpoint={} reason=\"{}\"", member, reason);
            onFailed.forEach(listener -> listener.accept(member));
        }
    }

    /** No member can be used, says this sentence. */
    void away(String sentence) {
        boolean news;
        synchronized (this) {
            Standing before = standing;
            news = before.connected() || before.problem().isEmpty();
            standing = before.connected()
                    ? new Standing(false, Instant.now(), System.nanoTime(), Optional.of(sentence))
                    : new Standing(false, before.since(), before.sinceNanos(), Optional.of(sentence));
        }
        if (news) {
            LOG.warn("{}", sentence);
        }
    }

    synchronized Standing standing() {
        return standing;
    }

    synchronized Member preferred() {
        return preferred;
    }

    /**
     * Why a call need not even be tried: nothing could be reached for so long that waiting is in vain. Null when it
     * should be.
     */
    synchronized @Nullable String hopeless(Duration patience) {
        boolean hopeless = !standing.connected()
                && standing.problem().isPresent()
                && System.nanoTime() - standing.sinceNanos() > patience.toNanos();
        return hopeless ? standing.problem().get() : null;
    }

    /** Remembers the id of the cluster; false when it was another one before: then revisions start anew. */
    synchronized boolean isSameCluster(long id) {
        boolean same = cluster == 0 || cluster == id;
        cluster = id;
        return same;
    }

    /** Calls {@code listener} with each member that fails, until {@link #forget}. */
    void onFailed(Consumer<Member> listener) {
        onFailed.add(listener);
    }

    void forget(Consumer<Member> listener) {
        onFailed.remove(listener);
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }
}
