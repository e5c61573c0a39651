package io.patchbay.e2e.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A LAN with Docker hosts on it: a switch, a printer that knows nothing of containers, and hosts with dockerd and
 * Patchbay; several hosts have an etcd cluster. What is said of a host without its number is said of host 1.
 */
public final class Lab implements AutoCloseable {
    public static final String NET = "10.77.0";
    public static final String SUBNET = NET + ".0/24";
    public static final String PRINTER = NET + ".254";
    public static final String HOST = NET + ".11";
    public static final String NET6 = "fd00:77::";
    public static final String PRINTER6 = NET6 + "fe";

    /** Each of the hundreds of daemons would spend some seconds of a processor on being fast later. */
    public static final String JAVA_OPTS = "-Dpatchbay.warm-up=false";

    private static final Duration APPEARS = Duration.ofSeconds(20);
    private static final Duration STARTS = Duration.ofSeconds(20);
    private static final Duration REMOVED = Duration.ofSeconds(30);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String prefix;
    private final Path directory;
    private final String script;
    private final Map<String, String> environment;
    private final Thread onSignal;
    private final Switch ports;
    private final List<Host> hosts;
    private final Etcd etcd;

    private Lab(String prefix, Path directory, int hosts, Map<String, String> more) {
        this.prefix = prefix;
        this.directory = directory;
        this.script = Path.of(property("patchbay.lab")).normalize().toString();
        Map<String, String> all = new HashMap<>();
        all.put("PATCHBAY_JAVA_OPTS", JAVA_OPTS);
        all.putAll(more);
        all.put("LAB_PREFIX", prefix);
        all.put("LAB_DIR", directory.toString());
        all.put("PATCHBAY_HOME", Path.of(property("patchbay.home")).normalize().toString());
        this.environment = Map.copyOf(all);
        this.onSignal = new Thread(this::down, "lab down");
        this.ports = new Switch(this);
        this.hosts = IntStream.rangeClosed(1, hosts)
                .mapToObj(number -> new Host(this, number))
                .toList();
        this.etcd = new Etcd(this);
    }

    /**
     * Brings up a lab of its own; {@code options} are those of {@code lab up}, words like {@code NAME=VALUE} go to its
     * environment.
     */
    public static Lab up(int hosts, List<String> options) {
        int number = COUNT.incrementAndGet();
        Map<String, String> environment = new HashMap<>();
        List<String> command = new ArrayList<>(List.of("up", String.valueOf(hosts), "--engine", engine()));
        for (String option : options) {
            if (option.matches("[A-Z_]+=.*")) {
                environment.put(option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
            } else {
                command.add(option);
            }
        }
        String prefix = property("patchbay.lab.prefix") + number;
        Lab lab = new Lab(prefix, Path.of(property("patchbay.lab.dir"), prefix), hosts, environment);
        Runtime.getRuntime().addShutdownHook(lab.onSignal);
        try {
            lab.lab(command.toArray(String[]::new)).ok();
            lab.ports.listen();
            lab.hosts.forEach(Host::awaitDaemon);
        } catch (RuntimeException | AssertionError e) {
            lab.close();
            throw e;
        }
        return lab;
    }

    /** The first three numbers of its addresses. */
    public String net() {
        return environment.getOrDefault("LAB_NET", NET);
    }

    /** The engine that was asked for, as in {@code 20.10} or {@code newest}. */
    public static String engine() {
        return property("patchbay.engine");
    }

    /** A property of the run, which the module sets. */
    static String property(String name) {
        String value = System.getProperty(name);
        if (value == null || value.isBlank()) {
            throw new IllegalStateException("system property " + name + " is not set; run with mvn -Pe2e");
        }
        return value;
    }

    /** The lab's own command. */
    public Command.Result lab(String... arguments) {
        List<String> command = new ArrayList<>(List.of(script));
        command.addAll(List.of(arguments));
        return run(command);
    }

    Command.Result run(List<String> command) {
        return Command.run(command, environment, Path.of("/"));
    }

    /** The same with more in its environment. */
    Command.Result run(List<String> command, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        return Command.run(command, all, Path.of("/"));
    }

    /** The same in a folder, for programs that read files of it. */
    public Command.Result run(Path folder, String... command) {
        return Command.run(List.of(command), environment, folder);
    }

    Command.Result run(Path folder, Map<String, String> more, String... command) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        return Command.run(List.of(command), all, folder);
    }

    /** Runs something on the printer. */
    public Command.Result onPrinter(String... command) {
        return inNamespace("printer", command);
    }

    /** Runs something in the host's network namespace, with the machine's files. */
    public Command.Result inHostNetwork(String... command) {
        return host(1).inNetwork(command);
    }

    Command.Result inNamespace(String who, String... command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + prefix + "-" + who));
        all.addAll(List.of(command));
        return run(all);
    }

    /** Runs something on the host, in all its namespaces. */
    public Command.Result onHost(String... command) {
        return host(1).on(command);
    }

    /** One echo request from the printer: true if it was answered. */
    public boolean printerReaches(String address) {
        return onPrinter("ping", "-n", "-c", "1", "-W", "1", address).exit() == 0;
    }

    /** From now on the printer must get an answer within a moment; under load the first echo may take its time. */
    public void assertReachable(String address) {
        Command.Result ping = onPrinter("ping", "-n", "-c", "1", "-W", "10", address);
        if (ping.exit() != 0) {
            throw new AssertionError("the printer does not reach " + address + "\n" + ping + "\n"
                    + onPrinter("ip", "neigh").out() + "\n"
                    + hosts.stream().map(h -> h.inNetwork("ip", "link").out()).toList() + "\n"
                    + lab("fdb").out());
        }
    }

    /** Nobody answers to the address: not even to the question who has it. */
    public void assertSilent(String address) {
        onPrinter("ip", "neigh", "flush", "to", address);
        Command.Result ping = onPrinter("ping", "-n", "-c", "1", "-W", "1", address);
        if (ping.exit() == 0) {
            throw new AssertionError("somebody answers to " + address + ", which nobody should have\n" + ping);
        }
    }

    public List<Host> hosts() {
        return hosts;
    }

    /** Host 1, 2, ... */
    public Host host(int number) {
        return hosts.get(number - 1);
    }

    /** The cluster of a lab of several hosts. */
    public Etcd etcd() {
        return etcd;
    }

    /** Everything of the lab. */
    public Path directory() {
        return directory;
    }

    public Path folder() {
        return host(1).folder();
    }

    public String namespace(String who) {
        return prefix + "-" + who;
    }

    public Docker docker() {
        return host(1).docker();
    }

    public Patchbay patchbay() {
        return host(1).patchbay();
    }

    public Switch ports() {
        return ports;
    }

    public void restart(String program, boolean kill) {
        host(1).restart(program, kill);
    }

    public void end(String program, boolean kill) {
        host(1).end(program, kill);
    }

    /**
     * A power cut of one host of a cluster. Returns when the members of etcd that are left have a leader and the other
     * daemons use them: seconds, if the leader was on that host.
     */
    public void crash(Host host) {
        host.crash();
        etcd.leader();
        hosts.stream()
                .filter(other -> other != host)
                .forEach(other -> other.patchbay().awaitReady(STARTS));
    }

    /** The last lines each daemon logged. */
    public String daemonLog() {
        return hosts.stream()
                .map(h -> (hosts.size() == 1 ? "" : h + ":\n") + h.daemonLog())
                .collect(Collectors.joining("\n"));
    }

    /** Copies what every host's programs logged to where it outlives the lab; where that is. */
    String keepLogs(String test) {
        Path kept = Path.of(property("patchbay.logs"), test);
        try {
            for (Host host : hosts) {
                Files.createDirectories(kept);
                for (String program : List.of("patchbay", "dockerd", "etcd")) {
                    Path log = host.folder().resolve(program + ".log");
                    if (Files.exists(log)) {
                        Files.copy(
                                log,
                                kept.resolve(host.name() + "-" + program + ".log"),
                                StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
        } catch (IOException e) {
            return kept + " (incomplete: " + e + ")";
        }
        return kept.toString();
    }

    /** The last lines each engine logged. */
    public String engineLog() {
        return hosts.stream()
                .map(h -> "dockerd of " + h + ":\n" + h.engineLog())
                .collect(Collectors.joining("\n"));
    }

    /** All that the engines have logged, line by line. */
    public Stream<String> engineLogs() {
        List<String> lines = new ArrayList<>();
        for (Host host : hosts) {
            try {
                lines.addAll(Files.readAllLines(host.folder().resolve("dockerd.log"), UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return lines.stream();
    }

    /** A network of the LAN, see {@link Docker#lan}, made on host 1; returns when all others have it. */
    public void lanEverywhere(String name, String... more) {
        docker().lan(name, more);
        hosts.forEach(h -> h.docker().awaitNetwork(name, APPEARS));
    }

    /**
     * Removes every container and every network of every engine that is not its own; a network may go with that of
     * another host.
     */
    public void removeAll() {
        hosts.forEach(h -> h.docker().removeContainers());
        Await.until(
                "all networks are removed",
                REMOVED,
                () -> hosts.stream().filter(h -> !h.docker().removeNetworks()).count() == 0,
                () -> hosts.stream()
                        .map(h -> h.docker().ok("network", "ls"))
                        .toList()
                        .toString());
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // the JVM is ending and the hook does it
            return;
        }
        down();
    }

    private void down() {
        ports.close();
        lab("down").ok();
    }
}
