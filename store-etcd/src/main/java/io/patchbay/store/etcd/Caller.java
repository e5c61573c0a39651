package io.patchbay.store.etcd;

import io.etcd.jetcd.Client;
import io.grpc.Status;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.store.etcd.Failure.Sort;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Makes calls: tries members one after another until one answers or the time is over. A write is tried again only when
 * it is certain that the attempt before did nothing.
 */
final class Caller {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Members members;
    private final Failures failures;
    private final Traffic traffic;
    private final EtcdLimits limits;
    private volatile boolean closed;

    Caller(Members members, Failures failures, Traffic traffic, EtcdLimits limits) {
        this.members = members;
        this.failures = failures;
        this.traffic = traffic;
        this.limits = limits;
    }

    /** What a call does, and whether doing it twice is the same as doing it once. */
    record Task<A>(String verb, boolean repeatable, Function<Client, CompletableFuture<A>> exchange) {
        static <A> Task<A> read(String verb, Function<Client, CompletableFuture<A>> exchange) {
            return new Task<>(verb, true, exchange);
        }

        static <A> Task<A> write(String verb, Function<Client, CompletableFuture<A>> exchange) {
            return new Task<>(verb, false, exchange);
        }
    }

    /** A call that may take as long as calls may; see {@link #call(Task, long)}. */
    <A> A call(Task<A> task) throws Failure {
        return call(task, System.nanoTime() + limits.call().toNanos());
    }

    /**
     * The answer. Fails with {@link PatchbayException} of kind {@code UNAVAILABLE} when there is none by
     * {@code endNanos}, and with {@link Failure} when the answer is an error about the request itself.
     */
    <A> A call(Task<A> task, long endNanos) throws Failure {
        String hopeless = members.hopeless(limits.patience());
        if (hopeless != null) {
            throw new PatchbayException(
                    Kind.UNAVAILABLE, hopeless + (task.repeatable() ? "" : "; nothing was applied"));
        }
        return new Run<>(task, endNanos).run();
    }

    /** One try at one member, outside of any call: is it there? */
    <A> A probe(Member member, Task<A> task) throws Failure {
        return attempt(member, task, limits.probe());
    }

    private <A> A attempt(Member member, Task<A> task, Duration limit) throws Failure {
        Attempt attempt = new Attempt(limit);
        Client client = member.client();
        long start = System.nanoTime();
        boolean answered = false;
        try {
            A answer = attempt.run(client, task.exchange());
            answered = true;
            members.answered(member);
            return answer;
        } catch (ExecutionException e) {
            throw settled(member, client, failures.of(e, attempt.isSent(), limit));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Status interrupted = Status.CANCELLED.withCause(e);
            throw settled(member, client, failures.of(interrupted.asException(), attempt.isSent(), limit));
        } finally {
            traffic.roundTrip(task.verb(), answered, System.nanoTime() - start);
        }
    }

    /** Draws the consequences of a failure for the member and the client that met it. */
    Failure settled(Member member, Client client, Failure failure) {
        switch (failure.sort()) {
            // what is left of the connection may be dead without knowing it; a password is read at each login
            case NO_ANSWER, NOT_SENT, LOGIN, SHUT_OUT -> member.renew(client);
            case NOT_YET -> member.connecting(client);
            default -> {}
        }
        if (failure.sort().ofMember()) {
            members.failed(member, failure.reason());
        }
        return failure;
    }

    /** Calls under way end with the attempt they are at. */
    void close() {
        closed = true;
    }

    /** {@code etcd cannot be used: http://h1:2379: connection refused; http://h2:2379: no answer within 2 s}. */
    static String sentence(Map<Member, Failure> failures) {
        return failures.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue().reason())
                .collect(Collectors.joining("; ", "etcd cannot be used: ", ""));
    }

    /** The attempts of one call. */
    private final class Run<A> {
        private final Task<A> task;
        private final long endNanos;
        private final Map<Member, Failure> failed = new LinkedHashMap<>();
        private final Set<Member> tried = new HashSet<>();
        private long pauseNanos = FIRST_PAUSE_NANOS;
        private boolean loggedInAgain;

        Run(Task<A> task, long endNanos) {
            this.task = task;
            this.endNanos = endNanos;
        }

        A run() throws Failure {
            while (true) {
                Optional<Member> next = members.pick(tried);
                if (next.isEmpty()) {
                    startOver();
                    continue;
                }
                Duration limit = limit();
                try {
                    return attempt(next.get(), task, limit);
                } catch (Failure e) {
                    failed(next.get(), e, limit.compareTo(limits.attempt()) < 0);
                }
                traffic.retry();
            }
        }

        private void failed(Member member, Failure failure, boolean shortened) throws Failure {
            // what came of an attempt with time enough says more than what came of the last moments
            if (!shortened || failure.sort() != Sort.NOT_YET || !failed.containsKey(member)) {
                failed.remove(member);
                failed.put(member, failure);
            }
            if (!failure.sort().passing()) {
                throw decided(member, failure);
            }
            if (failure.sort().maybeApplied() && !task.repeatable()) {
                throw unavailable("; it is not known whether the transaction was applied");
            }
            if (closed || Thread.currentThread().isInterrupted() || leftNanos() < TimeUnit.MILLISECONDS.toNanos(50)) {
                throw givenUp();
            }
            if (failure.sort() == Sort.LOGIN && !loggedInAgain) {
                loggedInAgain = true;
            } else {
                tried.add(member);
            }
        }

        private Failure decided(Member member, Failure failure) {
            Sort sort = failure.sort();
            if (sort != Sort.REFUSED && sort != Sort.SHUT_OUT && sort != Sort.FULL) {
                return failure;
            }
            String sentence = sentence(Map.of(member, failure));
            // a refused write says nothing of what is read
            if (sort == Sort.SHUT_OUT || (sort == Sort.REFUSED && task.repeatable())) {
                members.away(sentence);
            }
            throw new PatchbayException(Kind.UNAVAILABLE, sentence + nothingApplied(), failure);
        }

        private void startOver() {
            if (failed.values().stream().allMatch(failure -> failure.sort() == Sort.UNFIT)) {
                throw givenUp();
            }
            tried.clear();
            long pause = ThreadLocalRandom.current().nextLong(pauseNanos / 2, pauseNanos);
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
            if (leftNanos() <= pause) {
                throw givenUp();
            }
            try {
                TimeUnit.NANOSECONDS.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw givenUp();
            }
        }

        private PatchbayException givenUp() {
            if (closed) {
                return unavailable(" as the store was closed" + nothingApplied());
            }
            members.away(sentence(failed));
            return unavailable(nothingApplied());
        }

        private String nothingApplied() {
            return task.repeatable() ? "" : "; nothing was applied";
        }

        private PatchbayException unavailable(String ending) {
            List<Failure> inOrder = List.copyOf(failed.values());
            return new PatchbayException(Kind.UNAVAILABLE, sentence(failed) + ending, inOrder.get(inOrder.size() - 1));
        }

        /** A read leaves time for others, as it can be asked of any. */
        private Duration limit() {
            long nanos = Math.min(limits.attempt().toNanos(), leftNanos());
            if (task.repeatable() && members.all().size() > tried.size() + 1) {
                nanos = Math.min(nanos, limits.attempt().toNanos() / 2);
            }
            return Duration.ofNanos(Math.max(nanos, 1));
        }

        /** Just after the opening a connection that is being made is waited for. */
        private long leftNanos() {
            boolean connecting = failed.values().stream().anyMatch(failure -> failure.sort() == Sort.NOT_YET);
            long now = System.nanoTime();
            return connecting ? Math.max(endNanos - now, members.startNanos(limits.start())) : endNanos - now;
        }
    }
}
