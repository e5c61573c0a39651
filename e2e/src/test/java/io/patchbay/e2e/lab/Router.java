package io.patchbay.e2e.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The printer is a router too, that advertises itself and a prefix to everybody on the LAN (RFC 4861, 4.2), many times
 * a second, so that something is always just coming.
 */
public final class Router implements AutoCloseable {
    /** What stations make themselves an address of. */
    public static final String PREFIX = "fd00:99:";

    /** The kernel fills in the sum; 255 says that it is from this link. */
    private static final String PROGRAM = """
            use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6 AF_INET6);
            my ($link, $every) = @ARGV;
            socket(my $s, AF_INET6, SOCK_RAW, 58) or die "socket: $!";
            setsockopt($s, 41, 18, pack('i', 255)) or die "hops: $!";
            my $message = pack('CCnCCnNN', 134, 0, 0, 64, 0, 1800, 0, 0)
              . pack('CCCCNNN', 3, 4, 64, 0xc0, 86400, 14400, 0) . inet_pton(AF_INET6, 'fd00:99::');
            my $all = pack_sockaddr_in6(0, inet_pton(AF_INET6, 'ff02::1'), $link, 0);
            $| = 1;
            while (1) {
              send($s, $message, 0, $all) or die "send: $!";
              print "sent\\n";
              select(undef, undef, undef, $every);
            }
            """;

    private final Process process;

    private Router(Process process) {
        this.process = process;
    }

    /** Returns when the first one is on its way. */
    public static Router advertising(Lab lab, Duration every) {
        String index = lab.onPrinter("ip", "-o", "link", "show", "eth0").text().split(":", 2)[0];
        try {
            Process process = Processes.start(new ProcessBuilder(
                            "nsenter",
                            "--net=/run/netns/" + lab.namespace("printer"),
                            "perl",
                            "-e",
                            PROGRAM,
                            index,
                            String.valueOf(every.toMillis() / 1000.0))
                    .redirectErrorStream(true));
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String first = lines.readLine();
            if (!"sent".equals(first)) {
                throw new AssertionError("no router advertisement was sent: " + first);
            }
            Thread drain = new Thread(() -> lines.lines().forEach(line -> {}), "router");
            drain.setDaemon(true);
            drain.start();
            return new Router(process);
        } catch (IOException e) {
            throw new UncheckedIOException("perl cannot be started", e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
