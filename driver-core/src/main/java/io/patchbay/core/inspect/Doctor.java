package io.patchbay.core.inspect;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Link.BridgeSettings;
import io.patchbay.core.link.LinkList;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.Links.LinkAddress;
import io.patchbay.core.link.Uplinks;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.state.Contact;
import io.patchbay.core.store.StoreHealth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Looks for what makes bridging to the LAN fail on this host, and says what to do. Changes nothing.
 */
public final class Doctor {
    private static final int FORWARDING = 3;

    /** What takes an address off a NIC, and be it for a moment. */
    private static final String FROM_A_CONSOLE = "from a console, for ssh may be lost by it";

    private static final List<String> PORT_STATES =
            List.of("disabled", "listening", "learning", "forwarding", "blocking");

    private final Links links;
    private final Function<String, Forwarding.Status> forwarding;
    private final Supplier<Optional<Finding>> store;

    /** For a host whose daemon does not run, so that nothing is known of its store. */
    public Doctor(Links links, Forwarding forwarding) {
        this(links, forwarding::status, Optional::empty);
    }

    /** {@code forwarding}: how the firewall treats a bridge's frames; {@code store}: what {@link #look} finds. */
    public Doctor(Links links, Function<String, Forwarding.Status> forwarding, Supplier<Optional<Finding>> store) {
        this.links = links;
        this.forwarding = forwarding;
        this.store = store;
    }

    /**
     * How a store that many hosts share is doing; empty for a store of this host, which is there as long as the daemon
     * is. One that answers again is of use only when this host has read what it missed.
     */
    public static Optional<Finding> look(String description, StoreHealth health, Optional<Contact> contact) {
        return health.remote().map(remote -> {
            if (!health.connected()) {
                return new Finding(
                        "store",
                        Severity.FAIL,
                        description,
                        health.problem().orElse("etcd was not reached yet") + " (since " + health.since() + ")",
                        "make etcd answer on this host, or correct --store and --etcd-...; containers that run are not"
                                + " affected");
            }
            if (contact.filter(c -> !c.isOnline()).isPresent()) {
                return new Finding(
                        "store",
                        Severity.FAIL,
                        remote.endpoint(),
                        "etcd answers at " + remote.endpoint() + ", and this host has not caught up with it since "
                                + contact.get().since() + ": " + contact.get().reason(),
                        "wait a moment; the daemon's log says what keeps it if this stays");
            }
            return new Finding(
                    "store",
                    Severity.OK,
                    remote.endpoint(),
                    "etcd answers at " + remote.endpoint() + " since " + health.since(),
                    "");
        });
    }

    /**
     * Findings for these bridges, each with the largest MTU that a network on it asks for; worst first. {@code asked}
     * are the host ends of such networks' containers, which say nothing of what these send. A kernel that does not
     * answer is a finding, not an exception.
     */
    public List<Finding> examine(Map<String, OptionalInt> bridges, Set<String> asked) {
        return examine(bridges, asked, new LinkList(links));
    }

    /** The same with the links as {@code all} has them. */
    List<Finding> examine(Map<String, OptionalInt> bridges, Set<String> asked, Supplier<List<Link>> all) {
        List<Finding> findings = new ArrayList<>();
        store.get().ifPresent(findings::add);
        for (Map.Entry<String, OptionalInt> entry : bridges.entrySet()) {
            try {
                new Examination(entry.getKey(), findings).run(entry.getValue(), asked, all.get());
            } catch (PatchbayException e) {
                findings.add(new Finding(
                        "kernel",
                        Severity.FAIL,
                        entry.getKey(),
                        "the kernel does not tell about " + entry.getKey() + ": " + e.getMessage(),
                        "run it as root, or give the daemon CAP_NET_ADMIN"));
            }
        }
        return findings.stream().sorted(Comparator.comparing(Finding::severity)).toList();
    }

    /** The look at one bridge. */
    private final class Examination {
        private final String bridge;
        private final List<Finding> findings;

        Examination(String bridge, List<Finding> findings) {
            this.bridge = bridge;
            this.findings = findings;
        }

        void run(OptionalInt mtu, Set<String> asked, List<Link> all) {
            Optional<Link> found = links.find(bridge);
            if (found.isEmpty()) {
                fail("bridge", bridge, "bridge " + bridge + " does not exist", makeBridge());
                return;
            }
            Link link = found.get();
            if (!link.isBridge()) {
                fail(
                        "bridge",
                        bridge,
                        bridge + " is a link of kind " + link.kind().orElse("physical device") + ", not a bridge",
                        "name a bridge with --bridge, or give the network -o com.docker.network.bridge.name=NAME");
                return;
            }
            bridgeItself(link);
            List<Link> uplinks = Uplinks.of(all, link);
            uplinks(uplinks);
            addresses(link, uplinks);
            findings.addAll(VlanFindings.of(link, all, links.portVlans()));
            int byDefault = Uplinks.mtu(all, link).orElse(link.mtu());
            // a container keeps the MTU it began with when an uplink's is made smaller later
            int sent = all.stream()
                    .filter(l ->
                            l.isOurs() && l.master().equals(OptionalInt.of(link.index())) && !asked.contains(l.name()))
                    .mapToInt(Link::mtu)
                    .max()
                    .orElse(0);
            mtu(link, uplinks, Math.max(sent, mtu.orElse(byDefault)), byDefault);
            firewall();
        }

        private String makeBridge() {
            return "make it, " + FROM_A_CONSOLE + ": ip link add " + bridge
                    + " address MAC-OF-THE-NIC type bridge stp_state 0 forward_delay 0; ip link set NIC master "
                    + bridge + " up; ip link set " + bridge + " up; then move the NIC's addresses and routes to "
                    + bridge;
        }

        private void bridgeItself(Link link) {
            if (link.up()) {
                ok("bridge", bridge, "bridge " + bridge + " is up");
            } else {
                fail("bridge", bridge, "bridge " + bridge + " is down", "ip link set " + bridge + " up");
            }
            // with STP off the kernel forwards on a new port at once, whatever the forward delay is
            // (net/bridge/br_stp.c, br_make_forwarding)
            Optional<BridgeSettings> stp = link.bridge().filter(BridgeSettings::stp);
            if (stp.isPresent()) {
                double seconds = stp.get().forwardDelayMillis() * 2 / 1000.0;
                warn(
                        "bridge-stp",
                        bridge,
                        "STP is on with a forward delay of " + stp.get().forwardDelayMillis()
                                + " ms: a container reaches nothing for its first " + seconds + " s",
                        "ip link set " + bridge + " type bridge stp_state 0");
            } else {
                ok("bridge-stp", bridge, "STP is off, a container's port forwards at once");
            }
        }

        private void uplinks(List<Link> uplinks) {
            if (uplinks.isEmpty()) {
                fail(
                        "uplink",
                        bridge,
                        "bridge " + bridge + " has no port that leads to the LAN",
                        "put the NIC into it, " + FROM_A_CONSOLE + ": ip link set NIC master " + bridge
                                + "; then move its addresses and routes to " + bridge);
                return;
            }
            boolean oneWorks = uplinks.stream().anyMatch(l -> trouble(l).isEmpty());
            for (Link uplink : uplinks) {
                Optional<Finding> trouble = trouble(uplink);
                if (trouble.isEmpty()) {
                    ok("uplink", uplink.name(), uplink.name() + " is up and forwards for " + bridge);
                } else {
                    Finding f = trouble.get();
                    Severity severity = oneWorks ? Severity.WARN : Severity.FAIL;
                    findings.add(new Finding(f.check(), severity, f.subject(), f.message(), f.advice()));
                }
            }
        }

        private Optional<Finding> trouble(Link uplink) {
            String name = uplink.name();
            if (!uplink.up()) {
                return trouble(name, "uplink " + name + " of " + bridge + " is down", "ip link set " + name + " up");
            }
            if (!uplink.carrier()) {
                return trouble(
                        name,
                        "uplink " + name + " of " + bridge + " is up but has no carrier",
                        "look at the cable and at the switch's port");
            }
            int state = uplink.portState().orElse(FORWARDING);
            if (state != FORWARDING) {
                return trouble(
                        name,
                        "uplink " + name + " of " + bridge + " is " + portState(state) + ", not forwarding",
                        "wait for STP to settle, or ip link set " + bridge + " type bridge stp_state 0");
            }
            return Optional.empty();
        }

        private Optional<Finding> trouble(String name, String message, String advice) {
            return Optional.of(new Finding("uplink", Severity.FAIL, name, message, advice));
        }

        private void addresses(Link link, List<Link> uplinks) {
            List<LinkAddress> all = links.addresses();
            boolean astray = false;
            for (Link uplink : uplinks) {
                List<String> left = addresses(all, uplink);
                astray |= !left.isEmpty();
                uplinkAddress(uplink.name(), left);
            }
            if (!addresses(all, link).isEmpty()) {
                ok("bridge-address", bridge, "this host has an address on " + bridge);
            } else if (!astray) {
                warn(
                        "bridge-address",
                        bridge,
                        "this host has no address on " + bridge
                                + ": it and its containers do not reach each other by way of it",
                        "give " + bridge + " the host's address, " + FROM_A_CONSOLE
                                + "; nothing if the host is to be apart from its containers");
            }
        }

        /** The kernel gives every port that is up an fe80:: address unless told otherwise; it does no harm. */
        private static List<String> addresses(List<LinkAddress> all, Link link) {
            return all.stream()
                    .filter(a -> a.linkIndex() == link.index()
                            && !a.address().address().isLinkLocal())
                    .map(a -> a.address().toString())
                    .toList();
        }

        private void uplinkAddress(String name, List<String> left) {
            if (left.isEmpty()) {
                ok("uplink-address", name, name + " has no address of its own");
                return;
            }
            fail(
                    "uplink-address",
                    name,
                    name + " still has " + String.join(", ", left)
                            + ": the host answers with the wrong MAC and its containers do not reach it",
                    "move it, " + FROM_A_CONSOLE + ": ip addr del " + left.get(0) + " dev " + name + "; ip addr add "
                            + left.get(0) + " dev " + bridge + "; then the routes");
        }

        private void mtu(Link link, List<Link> uplinks, int wanted, int lan) {
            List<Link> small = new ArrayList<>();
            if (link.mtu() < lan) {
                warn(
                        "mtu",
                        bridge,
                        bridge + " has an MTU of " + link.mtu() + ", its uplink one of " + lan
                                + ": this host itself sends smaller frames than the LAN takes"
                                + (link.mtu() < NetworkOptions.IPV6_LEAST_MTU ? ", and IPv6 has left " + bridge : ""),
                        "ip link set " + bridge + " mtu " + lan + "; then give " + bridge
                                + " its IPv6 addresses again if it had any");
            } else if (link.mtu() < wanted) {
                small.add(link);
            }
            uplinks.stream().filter(l -> l.mtu() < wanted).forEach(small::add);
            for (Link l : small) {
                fail(
                        "mtu",
                        l.name(),
                        l.name() + " has an MTU of " + l.mtu() + ", containers on " + bridge + " send " + wanted
                                + ": larger frames vanish without an error",
                        "ip link set " + l.name() + " mtu " + wanted
                                + ", or make the network with -o com.docker.network.driver.mtu=" + l.mtu());
            }
            if (small.isEmpty() && link.mtu() >= lan) {
                ok("mtu", bridge, "the bridge and its uplinks carry the " + wanted + " bytes that containers send");
            }
        }

        private void firewall() {
            Forwarding.Status status = forwarding.apply(bridge);
            switch (status.state()) {
                case NOT_FILTERED, ACCEPTED -> ok("firewall", bridge, status.detail());
                case DROPPED ->
                    fail(
                            "firewall",
                            bridge,
                            status.detail(),
                            "run the daemon with --fix-forwarding on, or: iptables -I DOCKER-USER -i " + bridge + " -o "
                                    + bridge + " -m physdev --physdev-is-bridged -j ACCEPT (the same with ip6tables)");
                case UNKNOWN ->
                    warn(
                            "firewall",
                            bridge,
                            status.detail(),
                            "look by hand: iptables -S FORWARD; iptables -S DOCKER-USER");
            }
        }

        private void ok(String check, String subject, String message) {
            findings.add(new Finding(check, Severity.OK, subject, message, ""));
        }

        private void warn(String check, String subject, String message, String advice) {
            findings.add(new Finding(check, Severity.WARN, subject, message, advice));
        }

        private void fail(String check, String subject, String message, String advice) {
            findings.add(new Finding(check, Severity.FAIL, subject, message, advice));
        }
    }

    private static String portState(int state) {
        return state >= 0 && state < PORT_STATES.size() ? PORT_STATES.get(state) : "in state " + state;
    }
}
