package io.patchbay.e2e.chaos;

import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The printer asks the whole LAN, once a second, who has each of some addresses (RFC 826). Every machine that has one
 * answers, so that the switch sees all who do.
 */
final class Asker implements AutoCloseable {
    /** Its arguments are the link, its index, its MAC, its address, and the first and last address to ask for. */
    private static final String PROGRAM = """
            use Socket qw(inet_aton);
            my ($index, $mac, $own, @asked) = @ARGV;
            socket(my $s, 17, 2, unpack('n', pack('S', 0x0806))) or die "socket: $!";
            my $all = pack('SnlSCCa8', 17, 0x0806, $index, 0, 0, 6, "\\xff" x 6);
            my $sender = pack('H12', $mac =~ s/://gr) . inet_aton($own);
            while (1) {
              for my $address (@asked) {
                my $arp = pack('nnCCn', 1, 0x0800, 6, 4, 1) . $sender . "\\0" x 6 . inet_aton($address);
                send($s, $arp, 0, $all);
              }
              select(undef, undef, undef, 1);
            }
            """;

    private final Process process;

    private Asker(Process process) {
        this.process = process;
    }

    static Asker of(Lab lab, List<String> addresses) {
        List<String> link = List.of(
                lab.onPrinter("ip", "-br", "link", "show", "eth0").text().split("\\s+"));
        String index = lab.onPrinter("ip", "-o", "link", "show", "eth0").text().split(":", 2)[0];
        List<String> command = new ArrayList<>(
                List.of("nsenter", "--net=/run/netns/" + lab.namespace("printer"), "perl", "-e", PROGRAM));
        command.addAll(List.of(index, link.get(2), Lab.PRINTER));
        command.addAll(addresses);
        try {
            return new Asker(Processes.start(new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)));
        } catch (IOException e) {
            throw new UncheckedIOException("perl cannot be started", e);
        }
    }

    boolean isAsking() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
