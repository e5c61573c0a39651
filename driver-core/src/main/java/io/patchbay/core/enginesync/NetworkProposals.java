package io.patchbay.core.enginesync;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.ipam.Machines;
import io.patchbay.core.link.DhcpOffer;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds out, for {@code patchbay network create} without a subnet, what the LAN behind this host's bridge is, and says
 * of each thing what it is taken from. It asks on the LAN and changes nothing.
 */
public final class NetworkProposals {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** A server may look for three seconds whether somebody has the address before it offers it (dnsmasq does). */
    private static final Duration DHCP_PATIENCE = Duration.ofSeconds(5);

    private final State state;
    private final Links links;
    private final LanBridges bridges;
    private final RangeChoice ranges;
    private final String defaultBridge;

    public NetworkProposals(State state, Links links, Machines machines, String defaultBridge) {
        this.state = state;
        this.links = links;
        this.bridges = new LanBridges(links, defaultBridge);
        this.ranges = new RangeChoice(state, links, machines);
        this.defaultBridge = defaultBridge;
    }

    /**
     * Takes some seconds. {@code NOT_FOUND} or {@code INVALID} when something cannot be found out, with what to say;
     * {@code EXHAUSTED} when no range is left.
     */
    public NetworkProposal propose(NetworkWish wish) {
        LanBridges.Chosen chosen = bridges.choose(wish.namedBridge());
        Look look = new Look(wish, chosen.bridge());
        look.why.add(chosen.why());
        look.v4();
        if (wish.ipv6()) {
            look.v6();
        }
        return new NetworkProposal(look.subnets, look.gateways, look.blocks, look.options, look.why);
    }

    /** The look for one network. */
    private final class Look {
        private final NetworkWish wish;
        private final Link bridge;
        private final List<String> subnets = new ArrayList<>();
        private final List<String> gateways = new ArrayList<>();
        private final List<String> blocks = new ArrayList<>();
        private final Map<String, String> options = new HashMap<>();
        private final List<String> why = new ArrayList<>();

        Look(NetworkWish wish, Link bridge) {
            this.wish = wish;
            this.bridge = bridge;
            if (!bridge.name().equals(defaultBridge)
                    && wish.option(NetworkOptions.PARENT).isEmpty()) {
                options.put(NetworkOptions.BRIDGE, bridge.name());
            }
        }

        void v4() {
            List<IpAddress> routers = bridges.routers(bridge, false);
            Cidr own = own(false, routers)
                    .orElseThrow(() -> new PatchbayException(
                            Kind.NOT_FOUND,
                            "this host has no IPv4 address on " + bridge.name()
                                    + ", so the LAN's subnet is not known; say --subnet"));
            PoolName pool = take(own);
            Optional<IpAddress> gateway = given(pool).or(() -> known(pool)).or(() -> router(pool, routers));
            if (gateway.isEmpty() && !leavesGatewayOut("none", "none4")) {
                throw new PatchbayException(
                        Kind.NOT_FOUND,
                        "this host has no default route by way of " + pool.subnet()
                                + ", so the LAN's router is not known; say --gateway, or -o " + NetworkOptions.GATEWAY
                                + "=none for a network without a way out");
            }
            List<DhcpOffer> offers = wish.ranged() ? List.of() : offers();
            range(pool, offers.stream().map(DhcpOffer::address).toList(), gateway);
        }

        /** The address of this host that its way out, or else anything, lies beside. */
        private Optional<Cidr> own(boolean v6, List<IpAddress> routers) {
            return bridges.addresses(bridge).stream()
                    .filter(a -> a.address().isV6() == v6
                            && a.prefixLength() <= a.address().bits() - 2)
                    .min(Comparator.comparing((Cidr a) -> routers.stream().noneMatch(a.subnet()::contains))
                            // an address of one's own stays when the provider gives another prefix
                            .thenComparing(a -> v6 && !isUniqueLocal(a.address())));
        }

        private PoolName take(Cidr own) {
            Subnet subnet = own.subnet();
            PoolName pool = new PoolName(wish.segment().orElse(PoolName.DEFAULT_SEGMENT), subnet);
            state.peekAll(Refs.pools()).stream()
                    .map(p -> p.value().name())
                    .filter(p -> p.segment().equals(pool.segment())
                            && !p.equals(pool)
                            && p.subnet().overlaps(subnet))
                    .findFirst()
                    .ifPresent(other -> {
                        throw new PatchbayException(
                                Kind.CONFLICT,
                                bridge.name() + " is in " + subnet + ", and a network has " + other.describe()
                                        + ", which overlaps it; say --subnet " + other.subnet());
                    });
            subnets.add(subnet.toString());
            why.add("subnet " + subnet + ": this host has " + own + " on " + bridge.name());
            return pool;
        }

        private Optional<IpAddress> given(PoolName pool) {
            Optional<IpAddress> given = wish.gateways().stream()
                    .map(Look::parsed)
                    .filter(pool.subnet()::contains)
                    .findFirst();
            given.ifPresent(g -> why.add("gateway " + g + ": as you said, and " + whoAnswers(g)));
            return given;
        }

        private static IpAddress parsed(String text) {
            try {
                return IpAddress.parse(text);
            } catch (IllegalArgumentException e) {
                throw new PatchbayException(Kind.INVALID, "--gateway " + text + ": " + e.getMessage(), e);
            }
        }

        private Optional<IpAddress> known(PoolName pool) {
            Optional<IpAddress> known =
                    state.peek(Ref.pool(pool)).map(Versioned::value).flatMap(Pool::gateway);
            known.ifPresent(g -> {
                gateways.add(g.toString());
                why.add("gateway " + g + ": that of the networks on this subnet, and " + whoAnswers(g));
            });
            return known;
        }

        /** A router that is there: what a guess would give to containers no LAN has. */
        private Optional<IpAddress> router(PoolName pool, List<IpAddress> routers) {
            Optional<IpAddress> router =
                    routers.stream().filter(pool.subnet()::contains).findFirst();
            router.ifPresent(r -> {
                if (ask(r).isEmpty()) {
                    throw new PatchbayException(
                            Kind.NOT_FOUND,
                            "this host's default route leads to " + r + ", and nobody answers for it on "
                                    + bridge.name() + "; start the router, or say --gateway");
                }
                gateways.add(r.toString());
                why.add("gateway " + r + ": this host's default route, and " + whoAnswers(r));
            });
            return router;
        }

        private Optional<MacAddress> ask(IpAddress address) {
            return Optional.ofNullable(
                    links.probe(bridge.name(), List.of(address), PATIENCE).get(address));
        }

        private String whoAnswers(IpAddress address) {
            return ask(address).map(mac -> mac + " answers for it").orElse("nobody answers for it now");
        }

        private boolean leavesGatewayOut(String... words) {
            return wish.option(NetworkOptions.GATEWAY)
                    .filter(List.of(words)::contains)
                    .isPresent();
        }

        private List<DhcpOffer> offers() {
            if (!wish.dhcp()) {
                why.add("DHCP: no server was asked (--no-dhcp); keep its range apart from this one");
                return List.of();
            }
            List<DhcpOffer> offers = links.discoverDhcp(bridge.name(), DHCP_PATIENCE);
            if (offers.isEmpty()) {
                why.add("DHCP: no server answered within " + DHCP_PATIENCE.toSeconds() + " s");
            }
            offers.forEach(o -> why.add("DHCP: server " + o.server() + " offers " + o.address()
                    + "; where its range begins and ends it does not say, so compare"));
            return offers;
        }

        private void range(PoolName pool, Collection<IpAddress> offered, Optional<IpAddress> gateway) {
            if (wish.ranged()) {
                return;
            }
            RangeChoice.Chosen chosen =
                    ranges.choose(pool, bridge.name(), offered, gateway.stream().toList());
            why.addAll(chosen.passed());
            blocks.add(chosen.block().toString());
            why.add(RangeChoice.describe(chosen.block()));
        }

        void v6() {
            List<IpAddress> routers = bridges.routers(bridge, true);
            Cidr own = own(true, routers)
                    .orElseThrow(() -> new PatchbayException(
                            Kind.NOT_FOUND,
                            "this host has no IPv6 address on " + bridge.name()
                                    + " but its link-local one; leave --ipv6 away, or say --subnet"));
            PoolName pool = take(own);
            Optional<IpAddress> gateway = given(pool).or(() -> known(pool)).or(() -> router(pool, routers));
            if (gateway.isEmpty() && wish.option(NetworkOptions.GATEWAY).isEmpty()) {
                options.put(NetworkOptions.GATEWAY, "none6");
                withoutGateway(routers);
            }
            range(pool, List.of(), gateway);
        }

        /** A router of a home LAN advertises itself by its link-local address, which no {@code --gateway} can be. */
        private void withoutGateway(List<IpAddress> routers) {
            if (routers.isEmpty() || wish.option(NetworkOptions.RA).isPresent()) {
                why.add("IPv6 gateway: none, for this host has no default route by way of " + bridge.name());
                return;
            }
            options.put(NetworkOptions.RA, "accept");
            why.add("IPv6 gateway: the router advertises itself as "
                    + routers.stream().map(IpAddress::toString).collect(Collectors.joining(", "))
                    + ", so containers take it from there, and a further address with it (-o " + NetworkOptions.RA
                    + "=accept)");
        }
    }

    private static boolean isUniqueLocal(IpAddress address) {
        return (address.bytes()[0] & 0xfe) == 0xfc;
    }
}
