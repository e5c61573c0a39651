package io.patchbay.daemon.firewall;

import io.patchbay.core.PatchbayException;
import io.patchbay.core.host.Forwarding;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Link.BridgeSettings;
import io.patchbay.core.link.Links;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@link Forwarding} through the iptables programs, which write into the same tables as dockerd does. Netlink would need nftables and the old
 * interface both; rules change once in a bridge's life.
 */
public final class IptablesForwarding implements Forwarding {
    private static final String CHAIN = "DOCKER-USER";
    private static final Duration LIMIT = Duration.ofSeconds(4);
    private static final Set<String> OTHER_WORDS = Set.of("-m", "physdev", "--physdev-is-bridged");

    private final Links links;
    private final Path sysctls;
    private final List<Family> families;

    private record Family(String name, String program, String sysctl, Optional<Tool> tool) {}

    /** Looks for the programs in {@code path} (like PATH). */
    public IptablesForwarding(Links links, String path) {
        this(links, path, Path.of("/proc/sys/net/bridge"));
    }

    IptablesForwarding(Links links, String path, Path sysctls) {
        this.links = links;
        this.sysctls = sysctls;
        this.families = List.of(
                family("IPv4", "iptables", "bridge-nf-call-iptables", path),
                family("IPv6", "ip6tables", "bridge-nf-call-ip6tables", path));
    }

    private static Family family(String name, String program, String sysctl, String path) {
        return new Family(name, program, sysctl, Tool.find(program, path).map(p -> new Tool(p, LIMIT)));
    }

    @Override
    public Status status(String bridge) {
        Optional<Status> worst = Optional.empty();
        for (Family family : families) {
            Status status = status(bridge, family);
            if (worst.isEmpty() || weight(status.state()) > weight(worst.get().state())) {
                worst = Optional.of(status);
            }
        }
        return worst.orElseThrow();
    }

    private static int weight(State state) {
        return switch (state) {
            case NOT_FILTERED -> 0;
            case ACCEPTED -> 1;
            case UNKNOWN -> 2;
            case DROPPED -> 3;
        };
    }

    private Status status(String bridge, Family family) {
        try {
            if (!filtered(bridge, family)) {
                return new Status(
                        State.NOT_FILTERED,
                        "br_netfilter is off for " + bridge + ": bridged frames do not pass through iptables");
            }
            if (family.tool().isEmpty()) {
                return new Status(
                        State.UNKNOWN,
                        "br_netfilter is on for " + bridge + " and there is no program " + family.program()
                                + " to look at the " + family.name() + " rules with");
            }
            return rules(bridge, family, family.tool().get());
        } catch (PatchbayException | IOException e) {
            return new Status(State.UNKNOWN, "the firewall could not be looked at: " + e.getMessage());
        }
    }

    private boolean filtered(String bridge, Family family) throws IOException {
        Path sysctl = sysctls.resolve(family.sysctl());
        if (!Files.exists(sysctl)) {
            return false;
        }
        if (Files.readString(sysctl).strip().equals("1")) {
            return true;
        }
        // a bridge may ask for it alone, whatever the sysctl says (ip-link(8), nf_call_iptables)
        return links.find(bridge)
                .flatMap(Link::bridge)
                .filter(BridgeSettings::nfCallIptables)
                .isPresent();
    }

    private static Status rules(String bridge, Family family, Tool tool) {
        Tool.Result forward = tool.run("-w", "2", "-S", "FORWARD");
        if (!forward.ok()) {
            return new Status(State.UNKNOWN, family.program() + " does not tell about FORWARD: " + forward.words());
        }
        List<String> lines = forward.output().lines().toList();
        if (lines.contains("-P FORWARD ACCEPT")) {
            return new Status(
                    State.ACCEPTED, "br_netfilter is on, the " + family.name() + " policy of FORWARD is ACCEPT");
        }
        if (lines.stream().anyMatch(line -> accepts(line, "FORWARD", bridge))) {
            return new Status(State.ACCEPTED, "a rule in FORWARD accepts what " + bridge + " bridges");
        }
        boolean jumps = lines.contains("-A FORWARD -j " + CHAIN);
        boolean rule = tool.run("-w", "2", "-S", CHAIN).output().lines().anyMatch(line -> accepts(line, CHAIN, bridge));
        if (jumps && rule) {
            return new Status(State.ACCEPTED, "a rule in " + CHAIN + " accepts what " + bridge + " bridges");
        }
        return new Status(
                State.DROPPED,
                "br_netfilter is on and the " + family.name()
                        + " policy of FORWARD is DROP: frames between the LAN and containers on " + bridge
                        + " are dropped" + (rule ? "; the rule in " + CHAIN + " is not reached from FORWARD" : ""));
    }

    /** Whether an {@code iptables -S} line accepts everything from this bridge to this bridge. */
    static boolean accepts(String line, String chain, String bridge) {
        List<String> words = List.of(line.split(" "));
        if (words.size() < 4 || !words.subList(0, 2).equals(List.of("-A", chain))) {
            return false;
        }
        int target = words.size() - 2;
        if (!words.subList(target, words.size()).equals(List.of("-j", "ACCEPT"))) {
            return false;
        }
        for (int i = 2; i < target; i++) {
            String word = words.get(i);
            if (word.equals("-i") || word.equals("-o")) {
                i++;
                if (!words.get(i).equals(bridge)) {
                    return false;
                }
            } else if (!OTHER_WORDS.contains(word)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void allow(String bridge) {
        for (Family family : families) {
            Optional<Tool> tool = family.tool();
            if (tool.isPresent()) {
                allow(bridge, family, tool.get());
            } else if (family.name().equals("IPv4")) {
                throw new PatchbayException(
                        PatchbayException.Kind.KERNEL,
                        "there is no program " + family.program() + " to let " + bridge + " through the firewall with");
            }
        }
    }

    private static void allow(String bridge, Family family, Tool tool) {
        String[] rule = {"-i", bridge, "-o", bridge, "-m", "physdev", "--physdev-is-bridged", "-j", "ACCEPT"};
        if (tool.run(command("-C", rule)).ok()) {
            return;
        }
        if (!tool.run("-w", "2", "-S", "FORWARD").ok() && family.name().equals("IPv6")) {
            // a kernel without IPv6 has no such table and bridges none of it through one
            return;
        }
        if (!tool.run("-w", "2", "-S", CHAIN).ok()) {
            // dockerd keeps a chain of that name that it finds, and jumps to it (libnetwork, setupUserChain)
            demand(family, bridge, tool.run("-w", "2", "-N", CHAIN));
        }
        demand(family, bridge, tool.run(command("-I", rule)));
    }

    private static String[] command(String verb, String[] rule) {
        return java.util.stream.Stream.concat(List.of("-w", "2", verb, CHAIN).stream(), Arrays.stream(rule))
                .toArray(String[]::new);
    }

    private static void demand(Family family, String bridge, Tool.Result result) {
        if (!result.ok()) {
            throw new PatchbayException(
                    PatchbayException.Kind.KERNEL,
                    family.program() + " did not let " + bridge + " through the firewall: " + result.words());
        }
    }
}
