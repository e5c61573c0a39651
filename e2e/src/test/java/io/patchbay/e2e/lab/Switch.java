package io.patchbay.e2e.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The switch: what it has learned, and who claimed which address in the ARP packets it carried to the printer. That is the truth about duplicates. */
public final class Switch {
    private static final Pattern ETHERNET = Pattern.compile("^\\S+ ([0-9a-f:]{17}) > .*");
    private static final Pattern IS_AT = Pattern.compile("Reply ([0-9.]+) is-at ([0-9a-f:]{17})");
    private static final Pattern WHO_HAS =
            Pattern.compile("(?:Request|Announcement)[^,]*?(?:tell |Announcement )([0-9.]+)");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Lab lab;
    private final List<Said> said = new ArrayList<>();
    private @Nullable Process capture;

    /** One ARP packet: who says that an address is its own. */
    public record Said(String address, String mac, String line) {}

    Switch(Lab lab) {
        this.lab = lab;
    }

    /** Begins to listen at the printer's port; returns when packets are really seen. */
    void listen() {
        try {
            Process process = new ProcessBuilder(
                            "nsenter",
                            "--net=/run/netns/" + lab.namespace("switch"),
                            "tcpdump",
                            "-i",
                            "printer",
                            "-n",
                            "-e",
                            "-l",
                            "--immediate-mode",
                            "arp")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            capture = process;
            Thread reader = new Thread(() -> read(process), "arp");
            reader.setDaemon(true);
            reader.start();
        } catch (IOException e) {
            throw new UncheckedIOException("tcpdump cannot be started", e);
        }
        Await.until("the switch's ARP packets are seen", LIMIT, () -> {
            lab.onPrinter("ip", "neigh", "flush", "to", Lab.HOST);
            lab.printerReaches(Lab.HOST);
            return !saidOf(Lab.HOST).isEmpty();
        });
    }

    private void read(Process process) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard(line);
            }
        } catch (IOException e) {
            // the capture was ended
        }
    }

    private void heard(String line) {
        Matcher reply = IS_AT.matcher(line);
        if (reply.find()) {
            add(new Said(reply.group(1), reply.group(2), line));
            return;
        }
        Matcher request = WHO_HAS.matcher(line);
        Matcher ethernet = ETHERNET.matcher(line);
        if (request.find() && ethernet.find()) {
            add(new Said(request.group(1), ethernet.group(1), line));
        }
    }

    private synchronized void add(Said one) {
        // an address probe (RFC 5227) claims nothing
        if (!one.address().equals("0.0.0.0")) {
            said.add(one);
        }
    }

    /** Everything heard of an address since the last {@link #forget}, in order. */
    public synchronized List<Said> saidOf(String address) {
        return said.stream().filter(s -> s.address().equals(address)).toList();
    }

    /** What was heard so far is of another time. */
    public synchronized void forget() {
        said.clear();
    }

    /** Asks, as the printer, who has each address, and fails if two answer, or if two MACs claimed one address by turns. */
    public void assertNoDuplicates(List<String> addresses) {
        for (String address : addresses) {
            int before = saidOf(address).size();
            lab.onPrinter("ip", "neigh", "flush", "to", address);
            lab.assertReachable(address);
            Await.until(
                    "an ARP answer for " + address + " was seen",
                    LIMIT,
                    () -> saidOf(address).size() > before);
        }
        Map<String, Set<String>> byTurns = byTurns();
        if (!byTurns.isEmpty()) {
            throw new AssertionError("two stations claim one address: " + byTurns + "\n" + allHeard());
        }
    }

    /** Addresses whose MAC changed to another and back again. */
    private synchronized Map<String, Set<String>> byTurns() {
        Map<String, List<String>> order = new TreeMap<>();
        for (Said one : said) {
            List<String> macs = order.computeIfAbsent(one.address(), a -> new ArrayList<>());
            if (macs.isEmpty() || !macs.get(macs.size() - 1).equals(one.mac())) {
                macs.add(one.mac());
            }
        }
        Map<String, Set<String>> wrong = new TreeMap<>();
        order.forEach((address, macs) -> {
            Set<String> different = new LinkedHashSet<>(macs);
            if (different.size() < macs.size()) {
                wrong.put(address, different);
            }
        });
        return wrong;
    }

    private synchronized String allHeard() {
        return String.join("\n", said.stream().map(Said::line).toList());
    }

    /** The machine behind whose port the switch believes a MAC to be; empty when it knows none. */
    public String portOf(String mac) {
        for (String line : lab.lab("fdb").text().lines().toList()) {
            if (line.startsWith(mac + " ")) {
                return line.substring(mac.length() + 1);
            }
        }
        return "";
    }

    void close() {
        Process process = capture;
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }
}
