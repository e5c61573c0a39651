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
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The switch: what it has learned, and who claimed which address in the ARP packets that came in on any of its ports.
 * That is the truth about duplicates: two hosts that gave out one address gave it the same MAC, so a station is a MAC
 * and the port it is behind.
 */
public final class Switch {
    /** Time, port, way and sender; a frame that the switch sends out is one that came in elsewhere. */
    private static final Pattern FRAME =
            Pattern.compile("^\\S+ (printer|p\\d+)\\s+(?:In|B|M|P)\\s+ifindex \\d+ ([0-9a-f:]{17}) .*");

    private static final Pattern IS_AT = Pattern.compile("Reply ([0-9.]+) is-at ([0-9a-f:]{17})");
    private static final Pattern WHO_HAS =
            Pattern.compile("(?:Request|Announcement)[^,]*?(?:tell |Announcement )([0-9.]+)");
    private static final Pattern LEARNED = Pattern.compile("^([0-9a-f:]{17}) dev (?:p(?=\\d))?(\\S+) .*master sw0");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Lab lab;
    private final List<Said> said = new ArrayList<>();
    private @Nullable Process capture;
    private volatile Consumer<Said> onAnswer = answer -> {};

    private final Set<String> ignored = new CopyOnWriteArraySet<>();

    /** One ARP packet: who says that an address is its own, and at which port: a host's number, or {@code printer}. */
    public record Said(String address, String mac, String port, String line) {
        String station() {
            return mac + " at port " + port;
        }
    }

    Switch(Lab lab) {
        this.lab = lab;
    }

    /** Begins to listen at all ports; returns when packets are really seen. */
    void listen() {
        try {
            Process process = Processes.start(new ProcessBuilder(
                            "nsenter",
                            "--net=/run/netns/" + lab.namespace("switch"),
                            "tcpdump",
                            "-i",
                            "any",
                            "-n",
                            "-e",
                            "-l",
                            "--immediate-mode",
                            // packets that come at once are lost otherwise: each takes as much of the buffer as the
                            // longest may
                            "-s",
                            "128",
                            "-B",
                            "4096",
                            "arp and inbound")
                    .redirectError(ProcessBuilder.Redirect.DISCARD));
            capture = process;
            Thread reader = new Thread(() -> read(process), "arp");
            reader.setDaemon(true);
            reader.start();
        } catch (IOException e) {
            throw new UncheckedIOException("tcpdump cannot be started", e);
        }
        for (Host host : lab.hosts()) {
            String address = host.address();
            Await.until("ARP packets of " + host + " are seen", LIMIT, () -> {
                lab.onPrinter("ip", "neigh", "flush", "to", address);
                lab.printerReaches(address);
                return !saidOf(address).isEmpty();
            });
        }
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
        Matcher frame = FRAME.matcher(line);
        if (!frame.matches()) {
            return;
        }
        String port = frame.group(1).replaceFirst("^p(?=\\d)", "");
        Matcher reply = IS_AT.matcher(line);
        if (reply.find()) {
            Said answer = new Said(reply.group(1), reply.group(2), port, line);
            add(answer);
            if (!ignored.contains(port)) {
                onAnswer.accept(answer);
            }
            return;
        }
        Matcher request = WHO_HAS.matcher(line);
        if (request.find()) {
            add(new Said(request.group(1), frame.group(2), port, line));
        }
    }

    private synchronized void add(Said one) {
        // an address probe (RFC 5227) claims nothing, and behind a cut cable nobody hears it
        if (!one.address().equals("0.0.0.0") && !ignored.contains(one.port())) {
            said.add(one);
        }
    }

    /** From now on nothing counts that comes in at a port, or everything does again. */
    void ignore(String port, boolean on) {
        if (on) {
            ignored.add(port);
        } else {
            ignored.remove(port);
        }
    }

    /** Hears each answer to who has an address from now on, in order, in the thread that reads them. */
    public void onAnswer(Consumer<Said> listener) {
        onAnswer = listener;
    }

    /** Everything heard of an address since the last {@link #forget}, in order. */
    public synchronized List<Said> saidOf(String address) {
        return said.stream().filter(s -> s.address().equals(address)).toList();
    }

    /** What was heard so far is of another time. */
    public synchronized void forget() {
        said.clear();
    }

    /**
     * Asks, as the printer, twice who has each address; fails if two stations answer, or if two claimed one address by
     * turns.
     */
    public void assertNoDuplicates(List<String> addresses) {
        int before = heardSoFar();
        ask(addresses);
        ask(addresses);
        Map<String, Set<String>> stations = new TreeMap<>();
        for (String address : addresses) {
            Await.until(
                    "two ARP answers for " + address + " were seen",
                    LIMIT,
                    () -> since(before, address).size() > 1,
                    this::allHeard);
            Set<String> who = new LinkedHashSet<>();
            since(before, address).forEach(s -> who.add(s.station()));
            if (who.size() > 1) {
                stations.put(address, who);
            }
        }
        stations.putAll(byTurns());
        if (!stations.isEmpty()) {
            throw new AssertionError("two stations claim one address: " + stations + "\n" + allHeard());
        }
    }

    /** All at once; arping, because it asks also for what the printer knows. */
    private void ask(List<String> addresses) {
        String each = "for a in " + String.join(" ", addresses)
                + "; do busybox arping -b -f -c 10 -w 10 -I eth0 $a >/dev/null "
                + "&& ping -n -c 1 -W 10 $a >/dev/null || echo $a & done; wait";
        String silent = lab.onPrinter("sh", "-c", each).text();
        if (!silent.isEmpty()) {
            throw new AssertionError("the printer does not reach " + silent + "\n" + allHeard());
        }
    }

    private synchronized int heardSoFar() {
        return said.size();
    }

    private synchronized List<Said> since(int index, String address) {
        return said.subList(index, said.size()).stream()
                .filter(s -> s.address().equals(address))
                .toList();
    }

    /**
     * Every running container of every engine has an address of its own, answers from behind its own host's port with
     * the MAC the engine knows, and the switch has learned just that. {@code away} are hosts that are not on the LAN.
     */
    public void assertAsEnginesKnow(Host... away) {
        Map<String, Docker.Endpoint> wanted = new TreeMap<>();
        Map<String, Host> places = new TreeMap<>();
        for (Host host : lab.hosts()) {
            if (!List.of(away).contains(host)) {
                for (Docker.Endpoint endpoint : host.docker().endpoints().values()) {
                    String address = endpoint.addresses().get(0).replaceFirst("/.*", "");
                    Host other = places.put(address, host);
                    if (other != null) {
                        throw new AssertionError(address + " was given to " + endpoint.container() + " on " + host
                                + " and to " + wanted.get(address) + " on " + other);
                    }
                    wanted.put(address, endpoint);
                }
            }
        }
        assertNoDuplicates(List.copyOf(wanted.keySet()));
        Map<String, String> learned = learned();
        wanted.forEach((address, endpoint) -> assertPlace(address, endpoint, places.get(address), learned));
    }

    private void assertPlace(
            String address, Docker.Endpoint endpoint, @Nullable Host host, Map<String, String> learned) {
        List<Said> all = saidOf(address);
        Said last = all.get(all.size() - 1);
        String port = host == null ? "" : String.valueOf(host.number());
        String behind = learned.getOrDefault(last.mac(), "");
        if (!last.port().equals(port) || !last.mac().equals(endpoint.mac()) || !behind.equals(port)) {
            throw new AssertionError(endpoint + " should be behind port " + port + ", but " + last.station()
                    + " says so and the switch has learned port " + behind + "\n" + allHeard());
        }
    }

    /** Addresses whose station changed to another and back again. */
    private synchronized Map<String, Set<String>> byTurns() {
        Map<String, List<String>> order = new TreeMap<>();
        for (Said one : said) {
            List<String> stations = order.computeIfAbsent(one.address(), a -> new ArrayList<>());
            if (stations.isEmpty() || !stations.get(stations.size() - 1).equals(one.station())) {
                stations.add(one.station());
            }
        }
        Map<String, Set<String>> wrong = new TreeMap<>();
        order.forEach((address, stations) -> {
            Set<String> different = new LinkedHashSet<>(stations);
            if (different.size() < stations.size()) {
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
        return learned().getOrDefault(mac, "");
    }

    /** Every MAC the switch has learned and the machine behind that port: a host's number, or {@code printer}. */
    private Map<String, String> learned() {
        Map<String, String> ports = new TreeMap<>();
        String table =
                lab.inNamespace("switch", "bridge", "fdb", "show", "br", "sw0").text();
        for (String line : table.lines().filter(l -> !l.contains("permanent")).toList()) {
            Matcher entry = LEARNED.matcher(line);
            if (entry.find()) {
                ports.put(entry.group(1), entry.group(2));
            }
        }
        return ports;
    }

    void close() {
        Process process = capture;
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }
}
