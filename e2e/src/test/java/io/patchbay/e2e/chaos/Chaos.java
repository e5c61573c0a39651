package io.patchbay.e2e.chaos;

import io.patchbay.e2e.lab.Agreement;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Rounds of a storm of faults and of the calm after it, while docker commands are given on all hosts. In the calm all
 * must work again, and when the commands have ended everything must agree.
 */
final class Chaos {
    private static final Duration HEALED = Duration.ofSeconds(15);
    private static final Duration CALM = Duration.ofSeconds(Long.getLong("patchbay.chaos.calm", 20));
    private static final Duration AFTER = Duration.ofSeconds(10);
    private static final int RANGE_FROM = 128;
    private static final int RANGE_TO = 190;
    private static final String SCARCE = "10.80.0.0/29";
    private static final String GATEWAY = "10.80.0.1";
    private static final int LONGEST = 2000;
    /** Rounds; so a backup is up to some minutes old. */
    private static final int BACKUP_EACH = 3;

    private final Lab lab;
    private final Story story = new Story();
    private final Stations stations = new Stations(story);
    private final Storm storm;
    private final List<Churn> churns;
    private final Map<Invariant, Integer> looked = new EnumMap<>(Invariant.class);

    Chaos(Lab lab, long seed, List<Fault> faults) {
        this.lab = lab;
        this.storm = new Storm(lab, new Random(seed), faults, story);
        this.churns =
                lab.hosts().stream().map(host -> new Churn(host, seed, story)).toList();
    }

    /** Goes on for that long, and to the end of the round. Fails with the first {@link Violation}. */
    void run(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        lab.lanEverywhere(Churn.LAN);
        scarce();
        lab.ports().onAnswer(stations::answered);
        ExecutorService threads = Executors.newFixedThreadPool(churns.size());
        try (Asker asker = Asker.of(lab, asked())) {
            for (int number = 1; System.nanoTime() - end < 0; number++) {
                round(number, threads);
                if (!asker.isAsking()) {
                    throw new AssertionError("the printer has ended asking");
                }
            }
        } finally {
            threads.shutdownNow();
            lab.ports().onAnswer(answer -> {});
            lab.onPrinter("ip", "addr", "del", GATEWAY + "/29", "dev", "eth0");
        }
    }

    /** A network with fewer addresses than may be wanted; the printer is its gateway. */
    private void scarce() {
        lab.onPrinter("ip", "addr", "add", GATEWAY + "/29", "dev", "eth0").ok();
        lab.docker().network(Churn.SCARCE, SCARCE, "--gateway", GATEWAY);
        lab.hosts().forEach(host -> host.docker().awaitNetwork(Churn.SCARCE, HEALED));
    }

    private List<String> asked() {
        return IntStream.concat(Churn.fixed(lab.hosts().size()), IntStream.rangeClosed(RANGE_FROM, RANGE_TO))
                .mapToObj(last -> Lab.NET + "." + last)
                .toList();
    }

    private void round(int number, ExecutorService threads) {
        if (number % BACKUP_EACH == 1) {
            lab.etcd().save(Fault.BACKUP);
        }
        long heard = stations.answers();
        List<Future<?>> running = new ArrayList<>();
        churns.forEach(churn -> running.add(threads.submit(churn::run)));
        List<String> blown;
        long healed;
        try {
            blown = storm.blow();
            long over = System.nanoTime();
            churns.forEach(churn -> churn.calmFrom(over + CALM.toNanos()));
            heal();
            healed = System.nanoTime() - over;
            Storm.until(over + CALM.plus(AFTER).toNanos());
        } finally {
            churns.forEach(Churn::end);
            running.forEach(Chaos::join);
        }
        look(Invariant.CALM, () -> {});
        look(Invariant.PROMPT, () -> {});
        if (stations.answers() == heard) {
            throw new AssertionError("nobody on the LAN has answered for any address");
        }
        requireAgreement();
        System.out.println("round " + number + ": " + String.join(" then ", blown) + "; ready again after "
                + TimeUnit.NANOSECONDS.toMillis(healed) + " ms; so far " + churns);
    }

    private void heal() {
        look(Invariant.HEALS, () -> {
            for (Host host : lab.hosts()) {
                host.patchbay().awaitReady(HEALED);
                host.docker().api("/containers/json");
            }
        });
    }

    private void requireAgreement() {
        lab.ports().forget();
        look(Invariant.AGREED, () -> {
            new Leftovers(lab).assertAsEngineKnows();
            lab.ports().assertAsEnginesKnow();
            Agreement.require(lab);
        });
        look(Invariant.KEPT, () -> churns.forEach(Churn::requireAddressesKept));
        look(
                Invariant.ONE_STATION,
                () -> stations.doubled().ifPresent(what -> {
                    throw new Violation(Invariant.ONE_STATION, what);
                }));
    }

    private void look(Invariant invariant, Runnable how) {
        try {
            how.run();
            looked.merge(invariant, 1, Integer::sum);
        } catch (Violation e) {
            throw e;
        } catch (RuntimeException | AssertionError e) {
            throw new Violation(invariant, e);
        }
    }

    private static void join(Future<?> churn) {
        try {
            churn.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in the chaos", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** What was done and looked at, a line for each; and the last of what happened, if something was wrong. */
    String report(Throwable wrong) {
        List<String> lines = new ArrayList<>(List.of(told()));
        String what = String.valueOf(wrong.getMessage());
        lines.add("what happened before, shortened:");
        lines.add(story.about(what));
        lines.add("violated: " + what.substring(0, Math.min(LONGEST, what.length())));
        return String.join("\n", lines);
    }

    /** What was done and looked at, a line for each. */
    String told() {
        int done = churns.stream().mapToInt(Churn::done).sum();
        int failed = churns.stream().mapToInt(Churn::failed).sum();
        List<String> lines = new ArrayList<>();
        lines.add(done + " docker commands, " + failed + " of them failed near faults, " + storm.begun() + " faults, "
                + stations.answers() + " answers heard at the switch");
        for (Invariant invariant : Invariant.values()) {
            lines.add(invariant.sentence() + ": looked at " + looked.getOrDefault(invariant, 0) + " times");
        }
        return String.join("\n", lines);
    }

    /** Every network is removed, and with it everything. */
    void end() {
        look(Invariant.NOTHING_LEFT, () -> {
            lab.removeAll();
            new Leftovers(lab).assertNothing();
        });
    }
}
