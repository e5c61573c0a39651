package io.patchbay.store.etcd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the members when nobody asks them anything: a hung one is noticed before a call has to find out, and it is noticed that the cluster is back.
 */
final class Prober implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Prober.class);
    private static final long CLOSE_MILLIS = 200;

    private final Members members;
    private final Caller caller;
    private final Caller.Task<?> question;
    private final Roster roster;
    private final EtcdLimits limits;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(task -> Channels.daemon(task, "etcd-probe"));
    private final AtomicInteger count = new AtomicInteger();
    private final ExecutorService askers =
            Executors.newCachedThreadPool(task -> Channels.daemon(task, "etcd-probe-" + count.incrementAndGet()));

    /** {@code question} is a cheap read that needs what all calls need: a leader, a login, the permission. */
    Prober(Members members, Caller caller, Caller.Task<?> question, Roster roster, EtcdLimits limits) {
        this.members = members;
        this.caller = caller;
        this.question = question;
        this.roster = roster;
        this.limits = limits;
    }

    void start() {
        long millis = limits.probe().toMillis();
        Future<?> unused = clock.scheduleWithFixedDelay(this::round, 0, millis, TimeUnit.MILLISECONDS);
        long rosterMillis = limits.roster().toMillis();
        unused = clock.scheduleWithFixedDelay(
                () -> askers.execute(roster::look), rosterMillis, rosterMillis, TimeUnit.MILLISECONDS);
    }

    private void round() {
        Member preferred = members.preferred();
        members.all().stream()
                .filter(member -> member.problem() != null)
                .forEach(member -> member.channel().resetConnectBackoff());
        boolean fresh =
                System.nanoTime() - preferred.answeredNanos() < limits.probe().toNanos();
        if (members.standing().connected() && preferred.problem() == null && (fresh || ask(preferred) == null)) {
            return;
        }
        askAll();
    }

    /** Why it cannot be used; null when it can. */
    private @Nullable Failure ask(Member member) {
        try {
            caller.probe(member, question);
            return null;
        } catch (Failure e) {
            return e;
        }
    }

    private void askAll() {
        Map<Member, Future<@Nullable Failure>> asked = new LinkedHashMap<>();
        members.all().forEach(member -> asked.put(member, askers.submit(() -> ask(member))));
        Map<Member, Failure> failures = new LinkedHashMap<>();
        List<Member> good = new ArrayList<>();
        asked.forEach((member, answer) -> {
            try {
                Failure failure = answer.get();
                if (failure == null) {
                    good.add(member);
                } else {
                    failures.put(member, failure);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (java.util.concurrent.ExecutionException e) {
                failures.put(member, new Failure(Failure.Sort.NO_ANSWER, String.valueOf(e.getCause()), e));
            }
        });
        boolean connecting = members.startNanos(limits.start()) > 0
                && failures.values().stream().anyMatch(failure -> failure.sort() == Failure.Sort.NOT_YET);
        if (good.isEmpty() && failures.size() == asked.size() && !connecting) {
            members.away(Caller.sentence(failures));
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        askers.shutdownNow();
        try {
            if (!askers.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("a probe did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
