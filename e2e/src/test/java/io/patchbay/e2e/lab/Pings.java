package io.patchbay.e2e.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Echo requests of the printer to one address, five a second, until it is closed. */
public final class Pings implements AutoCloseable {
    private static final Pattern REPLY = Pattern.compile("icmp_seq=(\\d+) ttl=");
    private static final long MILLIS = 200;
    private static final Duration COMES = Duration.ofSeconds(20);

    private final Process process;
    private final ConcurrentSkipListSet<Integer> replies = new ConcurrentSkipListSet<>();

    private Pings(Process process) {
        this.process = process;
    }

    /** Begins; returns when the first reply has come. */
    public static Pings to(Lab lab, String address) {
        try {
            Process process = new ProcessBuilder(
                            "nsenter",
                            "--net=/run/netns/" + lab.namespace("printer"),
                            "ping",
                            "-n",
                            "-i",
                            "0.2",
                            address)
                    .redirectErrorStream(true)
                    .start();
            Pings pings = new Pings(process);
            Thread reader = new Thread(pings::read, "pings");
            reader.setDaemon(true);
            reader.start();
            pings.awaitOneMore();
            return pings;
        } catch (IOException e) {
            throw new UncheckedIOException("ping cannot be started", e);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher reply = REPLY.matcher(line);
                if (reply.find()) {
                    replies.add(Integer.parseInt(reply.group(1)));
                }
            }
        } catch (IOException e) {
            // ping was ended
        }
    }

    /** A request that is sent from now on is answered. */
    public void awaitOneMore() {
        await(1);
    }

    /** So many requests are sent from now on, and the last of them is answered. */
    public void await(int more) {
        int last = (replies.isEmpty() ? 0 : replies.last()) + more;
        Await.until(
                more + " more replies to ping have come",
                COMES.plusMillis(more * MILLIS),
                () -> !replies.isEmpty() && replies.last() >= last);
    }

    /** How many of the requests before the last reply got none. */
    public int lost() {
        Set<Integer> all = Set.copyOf(replies);
        return all.stream().max(Integer::compare).orElse(0) - all.size();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
