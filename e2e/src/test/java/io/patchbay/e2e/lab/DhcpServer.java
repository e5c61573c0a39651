package io.patchbay.e2e.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The printer is a DHCP server too (dnsmasq), for addresses of the LAN. */
public final class DhcpServer implements AutoCloseable {
    private static final Duration STARTS = Duration.ofSeconds(10);

    private final Process process;
    private final List<String> log = new CopyOnWriteArrayList<>();

    private DhcpServer(Process process) {
        this.process = process;
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Thread reading = new Thread(() -> lines.lines().forEach(log::add), "dnsmasq");
        reading.setDaemon(true);
        reading.start();
    }

    /** Gives addresses from the first to the last; it does not look whether somebody has one, which takes 3 s. */
    public static DhcpServer giving(Lab lab, String first, String last) {
        try {
            DhcpServer server = new DhcpServer(Processes.start(new ProcessBuilder(
                            "nsenter",
                            "--net=/run/netns/" + lab.namespace("printer"),
                            "dnsmasq",
                            "--keep-in-foreground",
                            "--conf-file=/dev/null",
                            "--pid-file=",
                            "--user=root",
                            "--log-facility=-",
                            "--log-dhcp",
                            "--port=0",
                            "--interface=eth0",
                            "--bind-interfaces",
                            "--no-ping",
                            "--leasefile-ro",
                            "--dhcp-range=" + first + "," + last + ",1h")
                    .redirectErrorStream(true)));
            Await.until(
                    "dnsmasq serves",
                    STARTS,
                    () -> server.log.stream().anyMatch(line -> line.contains("DHCP, IP range")),
                    () -> String.join("\n", server.log));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("dnsmasq cannot be started", e);
        }
    }

    /** What it was asked and what it answered, oldest first. */
    public List<String> log() {
        return List.copyOf(log);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
