package io.patchbay.daemon.uplink;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.addr.IpAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Who answers: gateways and other hosts of the LAN when the kernel asks for their MAC to send them something, members
 * of etcd when a connection is made.
 */
final class Look {
    /** How long one question may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration PERIOD = Duration.ofMillis(20);
    private static final int DISCARD = 9;

    private final Kernel kernel;
    private final Duration limit;

    /** {@code limit}: how long those that answered before are given to answer again. */
    Look(Kernel kernel, Duration limit) {
        this.kernel = kernel;
        this.limit = limit;
    }

    /**
     * Somebody to be asked.
     *
     * @param what gateway, etcd, host
     * @param port 0 for whom is asked for the MAC
     */
    record Target(String what, String address, int port) {
        @Override
        public String toString() {
            return what + " " + address + (port == 0 ? "" : " port " + port);
        }
    }

    /** Those who answer on this link. */
    Set<Target> answering(String link, Collection<Target> targets) {
        Set<Target> stations = targets.stream()
                .filter(target -> target.port() == 0)
                .filter(target -> !shown(link, target).contains("PERMANENT"))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        // what the kernel remembers of them says nothing of now
        kernel.runAll(stations.stream()
                .map(target -> "neighbour del " + target.address() + " dev " + link)
                .toList());
        stations.forEach(target -> send(link, target));
        Set<Target> found = targets.stream()
                .filter(target -> target.port() != 0 && connects(target))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Set<Target> heard = stations.stream()
                    .filter(target -> isKnown(shown(link, target)))
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            found.addAll(heard);
            stations.removeAll(heard);
            if (stations.isEmpty() || System.nanoTime() > end) {
                return found;
            }
            LockSupport.parkNanos(PERIOD.toNanos());
        }
    }

    /** What the kernel knows of a station: its state, and its MAC if it has told it. */
    private String shown(String link, Target target) {
        JsonNode entries = kernel.json("neighbour", "show", "to", target.address(), "dev", link);
        return entries.toString();
    }

    private static boolean isKnown(String shown) {
        return shown.contains("lladdr") && !shown.contains("FAILED") && !shown.contains("INCOMPLETE");
    }

    /** A datagram that nobody waits for: to send it the kernel needs to know the MAC. */
    private static void send(String link, Target target) {
        boolean local = IpAddress.parse(target.address()).isLinkLocal()
                && target.address().indexOf(':') >= 0;
        try (DatagramSocket socket = new DatagramSocket()) {
            InetAddress to = InetAddress.getByName(local ? target.address() + "%" + link : target.address());
            socket.send(new DatagramPacket(new byte[1], 1, to, DISCARD));
        } catch (IOException e) {
            // then it does not answer
            return;
        }
    }

    private static boolean connects(Target target) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(target.address(), target.port()), (int) PATIENCE.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Those of {@code targets} who do not answer on this link within the limit. */
    Set<Target> missing(String link, Set<Target> targets) {
        long end = System.nanoTime() + limit.toNanos();
        Set<Target> missing = new LinkedHashSet<>(targets);
        do {
            missing.removeAll(answering(link, missing));
        } while (!missing.isEmpty() && System.nanoTime() < end);
        return missing;
    }
}
