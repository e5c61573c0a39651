package io.patchbay.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One Docker host of the lab: its engine, its daemon, its power switch and its cable. */
public final class Host {
    private static final Duration STARTS = Duration.ofSeconds(20);

    private final Lab lab;
    private final int number;
    private final Docker docker;
    private final Patchbay patchbay;

    Host(Lab lab, int number) {
        this.lab = lab;
        this.number = number;
        this.docker = new Docker(this);
        this.patchbay = new Patchbay(this);
    }

    Lab lab() {
        return lab;
    }

    public int number() {
        return number;
    }

    /** What the daemons call it. */
    public String name() {
        return "h" + number;
    }

    /** Its own address, on its bridge. */
    public String address() {
        return lab.net() + "." + (10 + number);
    }

    /** Its folder as seen from outside. */
    public Path folder() {
        return lab.directory().resolve(name());
    }

    public Docker docker() {
        return docker;
    }

    public Patchbay patchbay() {
        return patchbay;
    }

    /** Runs something on the host, in all its namespaces. */
    public Command.Result on(String... command) {
        List<String> all =
                new ArrayList<>(List.of("nsenter", "-t", String.valueOf(init()), "-m", "-u", "-i", "-n", "-p"));
        all.add("--");
        all.addAll(List.of(command));
        return lab.run(
                all,
                Map.of(
                        "PATH",
                        folder().resolve("bin") + ":" + System.getenv("PATH"),
                        // where the command finds its class archive
                        "PATCHBAY_CACHE",
                        System.getenv().getOrDefault("LAB_CACHE", "/var/cache/patchbay-lab")));
    }

    /** Process 1 of the host, as the machine counts. */
    private long init() {
        Path record = folder().resolve("init.pid");
        try {
            return Long.parseLong(Files.readString(record).split(" ", 2)[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(this + " is not up", e);
        }
    }

    /** Runs something in the host's network namespace, with the machine's files. */
    public Command.Result inNetwork(String... command) {
        return lab.inNamespace(String.valueOf(number), command);
    }

    /** Starts a program of the host; {@code arguments} come behind the usual ones, a daemon's in their place. */
    public void start(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of("start", String.valueOf(number), program));
        command.addAll(List.of(arguments));
        lab.lab(command.toArray(String[]::new)).ok();
    }

    /** Ends a program of the host: kill -9, or SIGTERM. */
    public void end(String program, boolean kill) {
        power(kill ? "kill" : "stop", program);
    }

    /** Ends a program of the host at once, or in order, and starts it again. */
    public void restart(String program, boolean kill) {
        end(program, kill);
        start(program);
        if (program.equals("patchbay")) {
            patchbay.awaitReady(STARTS);
        }
    }

    /** A program of the host hangs: connections stay, nothing answers. */
    public void freeze(String program) {
        power("stop", program, "STOP");
    }

    /** It goes on where it was. */
    public void thaw(String program) {
        power("stop", program, "CONT");
    }

    /** Power cut. */
    public void crash() {
        power("crash");
    }

    /** Power on; returns when engine and daemon answer. */
    public void boot() {
        power("boot");
        awaitDaemon();
    }

    public void reboot() {
        power("reboot");
        awaitDaemon();
    }

    /** The lab waits for dockerd's socket alone, and a busy daemon answers operators later. */
    void awaitDaemon() {
        if (Files.exists(folder().resolve("patchbay.pid"))) {
            Await.until(
                    "the daemon of " + this + " listens for operators",
                    STARTS,
                    () -> patchbay.readiness().status() != 0,
                    this::daemonLog);
        }
    }

    /** The LAN beyond the cable fails silently. */
    public void cut() {
        lab.ports().ignore(String.valueOf(number), true);
        power("cut");
    }

    /** Only etcd is out of reach, also for the others the member on this host. */
    public void cutFromEtcd() {
        lab.lab("cut", String.valueOf(number), "etcd").ok();
    }

    /** Everything but etcd is out of reach. */
    public void cutFromLan() {
        lab.ports().ignore(String.valueOf(number), true);
        lab.lab("cut", String.valueOf(number), "lan").ok();
    }

    /** Nothing comes to the host any more; what it says is heard. */
    public void deafen() {
        lab.lab("cut", String.valueOf(number), "in").ok();
    }

    /** The host hears all, and nobody hears it. */
    public void mute() {
        lab.ports().ignore(String.valueOf(number), true);
        lab.lab("cut", String.valueOf(number), "out").ok();
    }

    /** How it is with the way to etcd: {@code loses}, {@code delays} or {@code ok}. */
    public void line(String how) {
        power("line", how);
    }

    /** The daemon's time of day is so far from the machine's from now on. */
    public void jump(Duration away) {
        power("clock", "+" + away.toSeconds());
    }

    /** The disk that the daemon writes to has no space any more, or has it again. */
    public void fillDisk(boolean full) {
        power("disk", full ? "full" : "ok");
    }

    /** The cable works again, and what comes from it does not count before {@link #mend}. */
    public void plug() {
        power("mend");
    }

    /** The cable works again. */
    public void mend() {
        plug();
        lab.ports().ignore(String.valueOf(number), false);
    }

    private void power(String verb, String... more) {
        List<String> command = new ArrayList<>(List.of(verb, String.valueOf(number)));
        command.addAll(List.of(more));
        lab.lab(command.toArray(String[]::new)).ok();
    }

    /** The last lines the daemon logged. */
    public String daemonLog() {
        return lastLines("patchbay.log");
    }

    /** The last lines the engine logged, and with it a managed plugin; but not that the kernel has no IPVS. */
    public String engineLog() {
        return lastLines("dockerd.log");
    }

    private String lastLines(String log) {
        String file = folder().resolve(log).toString();
        return lab.run(List.of("sh", "-c", "grep -v 'reading the kernel parameter' \"$0\" | tail -n 40", file))
                .out();
    }

    @Override
    public String toString() {
        return "host " + number;
    }
}
