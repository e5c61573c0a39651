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

    private record Active(Chosen chosen, Fault.Ending ending) {
        boolean isOfCable() {
            return chosen.fault.isOfCable();
        }

        boolean isOfAll() {
            return chosen.fault.isOfAll();
        }
    }

    private record Chosen(Fault fault, Host host) {
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
            List<Chosen> chosen = chosen();
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
    private List<Chosen> chosen() {
        List<Chosen> chosen = new ArrayList<>();
        int number = 1 + random.nextInt(2);
        for (int i = 0; i < number; i++) {
            Chosen one = new Chosen(
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

    private void begin(Chosen one) {
        story.add("begins: " + one);
        begun++;
        try {
            active.add(new Active(one, one.fault.begin(lab, one.host)));
        } catch (AssertionError e) {
            if (!one.fault.isCommand()) {
                throw e;
            }
            story.add("not done: " + one + " " + e.getMessage());
        }
    }

    /** Cables first: members of etcd are waited for until they have a quorum, and hosts until their members answer. */
    private void end() {
        List<Active> ended = new ArrayList<>(active);
        active.clear();
        ended.sort(Comparator.comparing((Active one) -> !one.isOfCable()).thenComparing(one -> !one.isOfAll()));
        for (Active one : ended) {
            one.ending.end();
            story.add("over: " + one.chosen);
        }
        ended.forEach(one -> one.ending.afterwards());
    }

    static void lull(int millis) {
        until(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** Lets things go on until a time by {@link System#nanoTime}. */
    static void until(long end) {
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
