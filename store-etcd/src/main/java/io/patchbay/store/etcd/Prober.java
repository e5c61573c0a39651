package io.patchbay.store.etcd;

import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the members when nobody asks them anything: a hung one is noticed before a call has to find out, and it
 * is noticed that the cluster is back.
 */
final class Prober implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Prober.class);
    private static final long CLOSE_MILLIS = 200;

    private final Members members;
    private final Caller caller;
    private final Caller.Task<?> question;
    private final List<Runnable> seldom;
    private final EtcdLimits limits;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(task -> Clients.daemon(task, "etcd-probe"));
    private final AtomicInteger count = new AtomicInteger();
    private final ExecutorService askers =
            Executors.newCachedThreadPool(task -> Clients.daemon(task, "etcd-probe-" + count.incrementAndGet()));

    /**
     * {@code question} is a cheap read that needs what all calls need: a leader, a login, the permission;
     * {@code seldom} is what is looked at as often as who the members are.
     */
    Prober(Members members, Caller caller, Caller.Task<?> question, List<Runnable> seldom, EtcdLimits limits) {
        this.members = members;
        this.caller = caller;
        this.question = question;
        this.seldom = List.copyOf(seldom);
        this.limits = limits;
    }

    void start() {
        Chores.every(clock, Duration.ZERO, limits.probe(), "a look at etcd's members", this::round);
        for (Runnable look : seldom) {
            String what = "asking etcd for its members";
            Chores.every(clock, limits.roster(), limits.roster(), what, () -> Chores.begin(askers, what, look));
        }
    }

    private void round() {
        Member preferred = members.preferred();
        boolean fresh =
                System.nanoTime() - preferred.answeredNanos() < limits.probe().toNanos();
        if (members.standing().connected()
                && preferred.problem() == null
                && (fresh || ask(preferred).isEmpty())) {
            return;
        }
        askAll();
    }

    /** Why it cannot be used; empty when it can. */
    private Optional<Failure> ask(Member member) {
        try {
            caller.probe(member, question);
            return Optional.empty();
        } catch (Failure e) {
            return Optional.of(e);
        }
    }

    private void askAll() {
        Map<Member, CompletableFuture<Optional<Failure>>> asked = new LinkedHashMap<>();
        members.all().forEach(member -> asked.put(member, CompletableFuture.supplyAsync(() -> ask(member), askers)));
        Map<Member, Failure> failures = new LinkedHashMap<>();
        asked.forEach((member, answer) -> answer.join().ifPresent(failure -> failures.put(member, failure)));
        boolean connecting = members.startNanos(limits.start()) > 0
                && failures.values().stream().anyMatch(failure -> failure.sort() == Failure.Sort.NOT_YET);
        if (failures.size() == asked.size() && !connecting) {
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
