package io.patchbay.e2e.chaos;

import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.Lab;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Some faults at a time, for some seconds, several times after each other. */
final class Storm {
    private static final int GUSTS = 3;
    private static final int LONGEST_MILLIS = 8000;
    private static final int SHORTEST_MILLIS = 1500;

    private final Lab lab;
    private final Random random;
    private final List<Fault> faults;
    private final Story story;
    private final List<Active> active = new ArrayList<>();
    private int begun;

    private record Active(Fault fault, Host host) {
        @Override
        public String toString() {
            return fault.isOfAll() ? fault.word() : fault.word() + " " + host.name();
        }
    }

    Storm(Lab lab, Random random, List<Fault> faults, Story story) {
        this.lab = lab;
        this.random = random;
        this.faults = faults;
        this.story = story;
    }

    /** How many faults there were so far. */
    int begun() {
        return begun;
    }

    /** Returns when all faults are over; what they were. */
    List<String> blow() {
        List<String> told = new ArrayList<>();
        for (int gust = 0; gust < GUSTS; gust++) {
            List<Active> chosen = chosen();
            try {
                chosen.forEach(this::begin);
                lull(SHORTEST_MILLIS + random.nextInt(LONGEST_MILLIS));
            } finally {
                end();
            }
            told.add(chosen.toString());
            // the next one may come before all is well
            lull(random.nextInt(SHORTEST_MILLIS));
        }
        return told;
    }

    /** One or two; on a host, and on etcd as a whole, no more than one. */
    private List<Active> chosen() {
        List<Active> chosen = new ArrayList<>();
        int number = 1 + random.nextInt(2);
        for (int i = 0; i < number; i++) {
            Active one = new Active(
                    faults.get(random.nextInt(faults.size())),
                    lab.hosts().get(random.nextInt(lab.hosts().size())));
            boolean apart = chosen.stream()
                    .noneMatch(other -> other.fault.isOfAll() == one.fault.isOfAll()
                            && (one.fault.isOfAll() || other.host == one.host));
            if (apart) {
                chosen.add(one);
            }
        }
        return chosen;
    }

    private void begin(Active one) {
        story.add("begins: " + one);
        begun++;
        active.add(one);
        try {
            one.fault.begin(lab, one.host);
        } catch (AssertionError e) {
            if (!one.fault.isCommand()) {
                throw e;
            }
            story.add("not done: " + one + " " + e.getMessage());
        }
    }

    /** Cables first: members of etcd are waited for until they have a quorum, and hosts until their members answer. */
    private void end() {
        active.sort(Comparator.comparing((Active one) -> !one.fault.isOfCable())
                .thenComparing(one -> !one.fault.isOfAll()));
        while (!active.isEmpty()) {
            Active one = active.remove(0);
            one.fault.end(lab, one.host);
            story.add("over: " + one);
        }
    }

    private static void lull(int millis) {
        until(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** Lets things go on until a time by {@link System#nanoTime}. */
    static void until(long end) {
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
