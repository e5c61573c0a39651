package io.patchbay.daemon.uplink;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.patchbay.core.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A host with {@code eth0}, which is this JVM's namespace, and another machine {@code peer} at the other end of its
 * cable, in a namespace of its own. The host has addresses and routes of every sort; the peer is its gateway.
 */
final class Namespaces implements AutoCloseable {
    static final String GATEWAY = "192.168.1.1";
    static final String GATEWAY6 = "fe80::1";
    static final String OWN = "192.168.1.10";
    static final String MAC = "52:54:00:12:34:56";

    private final Process peer;

    private Namespaces(Process peer) {
        this.peer = peer;
    }

    /** Needs the namespace of src/test/sh/in-netns; on CI its lack is a failure. */
    static Namespaces open() throws IOException {
        String reason = System.getenv()
                .getOrDefault("PATCHBAY_NO_NETNS", System.getenv("PATCHBAY_TEST_JAVA") == null ? "Maven makes it" : "");
        if (!reason.isEmpty()) {
            if ("true".equals(System.getenv("CI"))) {
                fail("no network namespace: " + reason);
            }
            abort("no network namespace: " + reason);
        }
        Process peer = new ProcessBuilder("unshare", "--net", "--", "sh", "-c", "echo ready; exec cat").start();
        new BufferedReader(new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8)).readLine();
        Namespaces made = new Namespaces(peer);
        made.wire();
        return made;
    }

    private void wire() {
        clear();
        // no waiting for duplicate address detection
        run("sh", "-c", "echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad");
        run("sh", "-c", "ip link add eth0 address " + MAC + " type veth peer name peer netns " + peer.pid());
        onPeer("ip", "link", "set", "lo", "up");
        onPeer(
                "sh",
                "-c",
                "echo 0 > /proc/sys/net/ipv6/conf/peer/accept_dad; ip link set peer up"
                        + "; ip addr add " + GATEWAY + "/24 dev peer; ip addr add " + GATEWAY6 + "/64 dev peer nodad"
                        + "; ip addr add fd00::9/64 dev peer nodad");
        run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/conf/eth0/log_martians; ip link set eth0 up mtu 1400");
        for (String line : List.of(
                "addr add " + OWN + "/24 brd + dev eth0",
                "addr add 192.168.1.11/24 dev eth0",
                "addr add 192.168.1.12/24 dev eth0 label eth0:1",
                "addr add 10.8.0.1 peer 10.8.0.2/32 dev eth0 metric 7",
                "addr add fd00::1/64 dev eth0",
                "addr add fd00::2/64 dev eth0 nodad noprefixroute",
                "addr add fd00::3/64 dev eth0 nodad valid_lft 3000 preferred_lft 0",
                "route add default via " + GATEWAY + " metric 100 mtu 1300 src 192.168.1.11",
                "route add default via 192.168.1.2 metric 200 proto dhcp",
                "route add 10.5.0.0/16 dev eth0 scope link proto static table 100",
                "route add default via 10.5.0.1 dev eth0 table 100 onlink",
                "route add 10.2.0.0/16 nexthop via 192.168.1.3 weight 2 nexthop via 192.168.1.4",
                "-6 route add default via " + GATEWAY6 + " dev eth0 metric 100 expires 2000",
                "-6 route add fd01::/64 via fd00::9 dev eth0 mtu lock 1350",
                "-6 route add fd02::/64 nexthop via fd00::9 nexthop via fd00::8",
                "rule add iif eth0 lookup 100 pref 500",
                "-6 rule add iif eth0 lookup 100 pref 501",
                "neigh add 192.168.1.77 lladdr 02:00:00:00:00:77 dev eth0")) {
            run(Stream.concat(Stream.of("ip"), Stream.of(line.split(" ", -1))).toArray(String[]::new));
        }
        Await.until(
                "no address is being looked for any more",
                () -> run("ip", "addr", "show", "tentative").isBlank());
    }

    private static void clear() {
        for (String line : List.of(
                "ip link del br0",
                "ip link del lan0",
                "ip link del eth0",
                "ip rule del pref 500",
                "ip -6 rule del pref 501",
                "ip link del up0")) {
            run("sh", "-c", line + " 2>/dev/null; true");
        }
    }

    /** Addresses, routes and rules of the host, without what time changes. */
    static String snapshot() {
        return Stream.of(
                        "-json addr show dev eth0",
                        "-4 -oneline -d route show table all",
                        "-6 -oneline -d route show table all",
                        "-4 -d rule",
                        "-6 -d rule",
                        "-json neigh show dev eth0 nud permanent",
                        "-o link show type bridge")
                .map(words -> run(Stream.concat(Stream.of("ip"), Stream.of(words.split(" ", -1)))
                        .toArray(String[]::new)))
                .map(text -> text.replaceAll("\"(valid|preferred)_life_time\":\\d+", "")
                        .replaceAll("expires \\d+sec", "")
                        // of an address the kernel makes it a moment later
                        .replaceAll("(?m)^local [^\n]*:[^\n]* table local proto kernel [^\n]*\n", ""))
                .collect(Collectors.joining("\n"));
    }

    String onPeer(String... command) {
        return run(
                Stream.concat(Stream.of("nsenter", "--net", "--target", Long.toString(peer.pid())), Stream.of(command))
                        .toArray(String[]::new));
    }

    ProcessBuilder builderOnPeer(String script) {
        return new ProcessBuilder("nsenter", "--net", "--target", Long.toString(peer.pid()), "bash", "-c", script);
    }

    static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(40, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(List.of(command) + " failed: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new AssertionError(List.of(command) + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        clear();
        peer.destroy();
        peer.onExit().orTimeout(40, TimeUnit.SECONDS).join();
    }
}
