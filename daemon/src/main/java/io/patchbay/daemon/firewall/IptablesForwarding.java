package io.patchbay.daemon.firewall;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Link.BridgeSettings;
import io.patchbay.core.link.Links;
import io.patchbay.daemon.firewall.Rules.Verdict;
import io.patchbay.daemon.tool.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * {@link Forwarding} through the iptables programs. Where the host has them for both kinds of tables, it looks at both
 * and writes where Docker's chain is: the engine's own choice, found and not guessed. Netlink would need nftables and
 * the old interface both; rules change once in a bridge's life.
 */
public final class IptablesForwarding implements Forwarding {
    private static final String CHAIN = "DOCKER-USER";
    private static final Duration LIMIT = Duration.ofSeconds(4);
    private static final String FORWARD = "FORWARD";

    /** What {@code iptables -C} ends with when it looked and found no such rule; 4 is a lock that another holds. */
    private static final int NOT_THERE = 1;

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
        Tool.Result forward = tool.run("-w", "2", "-S", FORWARD);
        if (!forward.ok()) {
            return new Status(State.UNKNOWN, tool.name() + " does not tell about FORWARD: " + forward.words());
        }
        Rules rules = new Rules(FORWARD, forward.output().lines().toList());
        Map<String, Rules> read = new HashMap<>();
        Function<String, Rules> chains = name -> read.computeIfAbsent(name, each -> chain(tool, each));
        Optional<Verdict> verdict = rules.verdict(bridge, chains);
        if (verdict.isPresent()) {
            return verdict.get().accepted()
                    ? new Status(
                            State.ACCEPTED,
                            "a rule in " + verdict.get().chain() + " accepts what " + bridge + " bridges")
                    : dropped(bridge, "a rule in " + verdict.get().chain() + " of " + tool.name() + " refuses");
        }
        if (rules.accepts()) {
            return new Status(
                    State.ACCEPTED, "br_netfilter is on, the " + family.name() + " policy of FORWARD is ACCEPT");
        }
        boolean unreached =
                chains.apply(CHAIN).alone(bridge).filter(Verdict::accepted).isPresent();
        return dropped(
                bridge,
                "the " + family.name() + " policy of FORWARD is DROP"
                        + (unreached ? ", the rule in " + CHAIN + " is not reached from FORWARD" : ""));
    }

    private static Status dropped(String bridge, String why) {
        return new Status(
                State.DROPPED,
                "br_netfilter is on and " + why + ": frames between the LAN and containers on " + bridge
                        + " are dropped");
    }

    private static Rules chain(Tool tool, String name) {
        Tool.Result chain = tool.run("-w", "2", "-S", name);
        return new Rules(name, chain.ok() ? chain.output().lines().toList() : List.of());
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
        List<Backend> used;
        try {
            used = inUse(family);
        } catch (IOException e) {
            throw new PatchbayException(Kind.KERNEL, "the tables of this host cannot be listed: " + e.getMessage(), e);
        }
        List<Tool> tools = used.stream()
                .filter(backend -> backend.hasChain(CHAIN))
                .map(Backend::tool)
                .toList();
        if (tools.isEmpty()) {
            family.usual().ifPresent(tool -> allowBeforeEngine(bridge, family, tool));
        }
        tools.forEach(tool -> insert(bridge, CHAIN, tool));
        // An engine whose own firewall is nftables (Docker 29), or that keeps none ("iptables": false), never jumps to
        // the chain
        for (Backend backend : used) {
            if (rules(bridge, family, backend.tool()).state() == State.DROPPED) {
                insert(bridge, FORWARD, backend.tool());
            }
        }
    }

    /** Where the engine has no chain yet, it gets one; but only by the program it uses itself. */
    private static void allowBeforeEngine(String bridge, Family family, Tool tool) {
        if (!tool.run("-w", "2", "-S", FORWARD).ok() && family.name().equals("IPv6")) {
            // a kernel without IPv6 has no such table and bridges none of it through one
            return;
        }
        // dockerd keeps a chain of that name that it finds, and jumps to it (libnetwork, setupUserChain)
        demand(tool, bridge, tool.run("-w", "2", "-N", CHAIN));
        insert(bridge, CHAIN, tool);
    }

    private static void insert(String bridge, String chain, Tool tool) {
        String[] rule = {"-i", bridge, "-o", bridge, "-m", "physdev", "--physdev-is-bridged", "-j", "ACCEPT"};
        Tool.Result there = tool.run(command("-C", chain, rule));
        if (there.code() == NOT_THERE) {
            demand(tool, bridge, tool.run(command("-I", chain, rule)));
        } else {
            demand(tool, bridge, there);
        }
    }

    private static String[] command(String verb, String chain, String[] rule) {
        return Stream.concat(List.of("-w", "2", verb, chain).stream(), Arrays.stream(rule))
                .toArray(String[]::new);
    }

    private static void demand(Tool tool, String bridge, Tool.Result result) {
        if (!result.ok()) {
            throw new PatchbayException(
                    Kind.KERNEL, tool.name() + " did not let " + bridge + " through the firewall: " + result.words());
        }
    }
}
