package io.patchbay.daemon.firewall;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Link.BridgeSettings;
import io.patchbay.core.link.Links;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@link Forwarding} through the iptables programs. Where the host has them for both kinds of tables, it looks at both and writes where Docker's chain is: the
 * engine's own choice, found and not guessed. Netlink would need nftables and the old interface both; rules change once in a bridge's life.
 */
public final class IptablesForwarding implements Forwarding {
    private static final String CHAIN = "DOCKER-USER";
    private static final Duration LIMIT = Duration.ofSeconds(4);
    private static final Set<String> OTHER_WORDS = Set.of("-m", "physdev", "--physdev-is-bridged");

    private final Links links;
    private final Path sysctls;
    private final List<Family> families;

    /** {@code usual} is what the engine, too, would run by that name; a managed plugin has none. */
    private record Family(String name, String program, String sysctl, List<Backend> backends, Optional<Tool> usual) {}

    /** Looks for the programs in {@code path} (like PATH). */
    public IptablesForwarding(Links links, String path) {
        this(links, program -> Tool.find(program, path).map(p -> new Tool(p, LIMIT)), Path.of("/proc"));
    }

    IptablesForwarding(Links links, Backend.ToolFinder finder, Path proc) {
        this.links = links;
        this.sysctls = proc.resolve("sys/net/bridge");
        this.families = List.of(
                family("IPv4", "iptables", proc.resolve("net/ip_tables_names"), finder),
                family("IPv6", "ip6tables", proc.resolve("net/ip6_tables_names"), finder));
    }

    private static Family family(String name, String program, Path tables, Backend.ToolFinder finder) {
        return new Family(
                name, program, "bridge-nf-call-" + program, Backend.of(program, tables, finder), finder.find(program));
    }

    private static List<Backend> inUse(Family family) throws IOException {
        List<Backend> used = new ArrayList<>();
        for (Backend backend : family.backends()) {
            if (backend.inUse()) {
                used.add(backend);
            }
        }
        return used;
    }

    @Override
    public Status status(String bridge) {
        return worst(families.stream().map(family -> status(bridge, family)));
    }

    private static Status worst(Stream<Status> all) {
        return all.max(Comparator.comparingInt(status -> weight(status.state())))
                .orElseThrow();
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
            List<Backend> backends = inUse(family);
            if (backends.isEmpty()) {
                return new Status(
                        State.UNKNOWN,
                        "br_netfilter is on for " + bridge + " and there is no program " + family.program()
                                + " to look at the " + family.name() + " rules with");
            }
            return worst(backends.stream().map(backend -> rules(bridge, family, backend.tool())));
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
            return new Status(State.UNKNOWN, tool.name() + " does not tell about FORWARD: " + forward.words());
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
            if (!family.backends().isEmpty()) {
                allow(bridge, family);
            } else if (family.name().equals("IPv4")) {
                throw new PatchbayException(
                        Kind.KERNEL,
                        "there is no program " + family.program() + " to let " + bridge + " through the firewall with");
            }
        }
    }

    private void allow(String bridge, Family family) {
        List<Tool> tools;
        try {
            tools = inUse(family).stream()
                    .filter(backend -> backend.hasChain(CHAIN))
                    .map(Backend::tool)
                    .toList();
        } catch (IOException e) {
            throw new PatchbayException(Kind.KERNEL, "the tables of this host cannot be listed: " + e.getMessage(), e);
        }
        if (tools.isEmpty()) {
            allowBeforeEngine(bridge, family);
        }
        tools.forEach(tool -> insert(bridge, tool));
    }

    /** Where the engine has no chain yet, it gets one; but only by the program it uses itself. */
    private void allowBeforeEngine(String bridge, Family family) {
        if (family.usual().isPresent()) {
            Tool tool = family.usual().get();
            if (!tool.run("-w", "2", "-S", "FORWARD").ok() && family.name().equals("IPv6")) {
                // a kernel without IPv6 has no such table and bridges none of it through one
                return;
            }
            // dockerd keeps a chain of that name that it finds, and jumps to it (libnetwork, setupUserChain)
            demand(tool, bridge, tool.run("-w", "2", "-N", CHAIN));
            insert(bridge, tool);
        } else if (status(bridge, family).state() == State.DROPPED) {
            throw new PatchbayException(
                    Kind.KERNEL,
                    "FORWARD drops what " + bridge + " bridges, but no tables of this host have Docker's chain " + CHAIN
                            + " for a rule to go into");
        }
    }

    private static void insert(String bridge, Tool tool) {
        String[] rule = {"-i", bridge, "-o", bridge, "-m", "physdev", "--physdev-is-bridged", "-j", "ACCEPT"};
        if (!tool.run(command("-C", rule)).ok()) {
            demand(tool, bridge, tool.run(command("-I", rule)));
        }
    }

    private static String[] command(String verb, String[] rule) {
        return Stream.concat(List.of("-w", "2", verb, CHAIN).stream(), Arrays.stream(rule))
                .toArray(String[]::new);
    }

    private static void demand(Tool tool, String bridge, Tool.Result result) {
        if (!result.ok()) {
            throw new PatchbayException(
                    Kind.KERNEL, tool.name() + " did not let " + bridge + " through the firewall: " + result.words());
        }
    }
}
