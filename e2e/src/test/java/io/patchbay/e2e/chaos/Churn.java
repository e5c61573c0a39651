package io.patchbay.e2e.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.Lab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** The docker commands of one host, one after the other, drawn at random. */
final class Churn {
    static final String LAN = "lan";
    static final String SCARCE = "scarce";

    private static final int MOST = 5;
    private static final int FIXED_FROM = 30;
    private static final int FIXED_EACH = 8;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final Duration LONGEST = Duration.ofSeconds(150);

    private final Host host;
    private final Random random;
    private final Story story;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    /** Since when each container runs, and its address then. */
    private final Map<String, String> addresses = new TreeMap<>();

    private int number;
    private volatile boolean over;
    private volatile long calmFrom;

    Churn(Host host, long seed, Story story) {
        this.host = host;
        this.random = new Random(seed + host.number());
        this.story = story;
    }

    /** The last numbers of the addresses that this many hosts ask for by name. */
    static IntStream fixed(int hosts) {
        return IntStream.range(FIXED_FROM, FIXED_FROM + hosts * FIXED_EACH);
    }

    int done() {
        return done.get();
    }

    int failed() {
        return failed.get();
    }

    /** Does one after the other until {@link #end}. */
    void run() {
        over = false;
        calmFrom = Long.MAX_VALUE;
        while (!over) {
            one();
            LockSupport.parkNanos((long) (random.nextDouble() * PAUSE_NANOS));
        }
    }

    /** From that time on, by {@link System#nanoTime}, no command may fail. */
    void calmFrom(long nanos) {
        calmFrom = nanos;
    }

    /** The command that is under way is the last one. */
    void end() {
        over = true;
    }

    private void one() {
        long start = System.nanoTime();
        List<String> command;
        try {
            command = drawn();
        } catch (RuntimeException | AssertionError e) {
            // the engine does not say what it has
            counted(start, "docker ps", String.valueOf(e.getMessage()));
            return;
        }
        Command.Result result = host.docker().run(command.toArray(String[]::new));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        String line = String.join(" ", command);
        story.add(host.name() + ": docker " + line + " -> " + result.exit() + " in " + took.toMillis() + " ms"
                + (result.exit() == 0
                        ? ""
                        : ": " + result.err().lines().findFirst().orElse("")));
        if (took.compareTo(LONGEST) > 0) {
            throw new Violation(Invariant.PROMPT, line + " on " + host.name() + " took " + took.toSeconds() + " s");
        }
        counted(start, line, result.exit() == 0 ? "" : result.err());
    }

    private void counted(long start, String line, String error) {
        done.incrementAndGet();
        if (error.isEmpty()) {
            return;
        }
        failed.incrementAndGet();
        if (calmFrom != Long.MAX_VALUE && start - calmFrom > 0 && !isItsRight(line, error)) {
            throw new Violation(Invariant.CALM, "docker " + line + " on " + host.name() + ": " + error);
        }
    }

    /** A pool that is used up is; and engines before 28.1 may count endpoints that are not there. */
    private static boolean isItsRight(String line, String error) {
        return (line.contains(SCARCE) && error.contains("no address left in pool"))
                || (line.startsWith("network rm") && error.contains("has active endpoints"));
    }

    private List<String> drawn() {
        List<JsonNode> all = new ArrayList<>();
        host.docker().api("/containers/json?all=1").forEach(all::add);
        int draw = random.nextInt(100);
        if (all.isEmpty() || (draw < 35 && all.size() < MOST)) {
            return started(draw);
        }
        JsonNode one = all.get(random.nextInt(all.size()));
        String name = one.path("Names").path(0).asText().substring(1);
        boolean runs = one.path("State").asText().equals("running");
        if (draw < 55 || all.size() > MOST) {
            return List.of("rm", "-f", name);
        }
        if (!runs) {
            return List.of("start", name);
        }
        if (draw < 65) {
            return List.of("stop", "-t", "0", name);
        }
        if (draw < 75) {
            return List.of("restart", "-t", "0", name);
        }
        if (draw < 80) {
            return List.of("kill", name);
        }
        if (draw < 90) {
            JsonNode networks = one.path("NetworkSettings").path("Networks");
            if (!networks.has(SCARCE)) {
                return List.of("network", networks.has(LAN) ? "disconnect" : "connect", LAN, name);
            }
        }
        return draw < 95 ? passing() : List.of(Docker.trial(LAN));
    }

    private List<String> started(int draw) {
        List<String> command = new ArrayList<>(List.of("run", "-d", "--name", "c" + ++number));
        command.addAll(List.of("--network", draw < 5 ? SCARCE : LAN));
        if (draw >= 5 && draw < 12) {
            int fixed = FIXED_FROM + (host.number() - 1) * FIXED_EACH + number % FIXED_EACH;
            if (isFree(Lab.NET + "." + fixed)) {
                command.addAll(List.of("--ip", Lab.NET + "." + fixed));
            }
        }
        command.addAll(List.of(Docker.IMAGE, "sleep", "100000"));
        return command;
    }

    /** Whether no container of this host was made with it; no other host uses these. */
    private boolean isFree(String address) {
        for (JsonNode container : host.docker().api("/containers/json?all=1")) {
            for (JsonNode network : container.path("NetworkSettings").path("Networks")) {
                if (network.path("IPAMConfig").path("IPv4Address").asText().equals(address)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** A network of this host alone comes, or goes. */
    private List<String> passing() {
        String name = "passing" + host.number();
        if (host.docker().networkNames().contains(name)) {
            return List.of("network", "rm", name);
        }
        String net = "10.78." + host.number();
        return List.of(Docker.creation(
                name, "--subnet", net + ".0/24", "--gateway", net + ".1", "-o", "io.patchbay.replicate=false"));
    }

    /** Fails if a container has another address than before, although it ran all the time. */
    void requireAddressesKept() {
        Map<String, String> now = new TreeMap<>();
        for (JsonNode container : host.docker().api("/containers/json")) {
            JsonNode known = host.docker().inspect(container.path("Id").asText());
            String address = known.path("NetworkSettings")
                    .path("Networks")
                    .path(LAN)
                    .path("IPAddress")
                    .asText();
            now.put(
                    known.path("Name").asText() + " "
                            + known.path("State").path("StartedAt").asText(),
                    address);
        }
        addresses.forEach((container, address) -> {
            if (!now.getOrDefault(container, address).equals(address)) {
                throw new Violation(
                        Invariant.KEPT,
                        container + " on " + host.name() + " had " + address + " and has " + now.get(container));
            }
        });
        addresses.clear();
        addresses.putAll(now);
    }

    @Override
    public String toString() {
        return host.name() + ": " + done() + " commands, " + failed() + " failed";
    }
}
