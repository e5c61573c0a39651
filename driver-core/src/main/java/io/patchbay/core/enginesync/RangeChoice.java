package io.patchbay.core.enginesync;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.ipam.Machines;
import io.patchbay.core.link.Links;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Which part of a LAN's subnet a new network could give out: a block that is nobody's by the store, by the LAN's DHCP
 * servers as far as they say, and by what answers when it is asked.
 */
final class RangeChoice {
    private static final Duration PATIENCE = Duration.ofMillis(600);

    /** Addresses of a block, if the subnet has four times as many. */
    private static final int LARGEST = 32;

    private static final int SMALLEST = 4;

    /** Blocks that are looked at, and of these, those that the LAN is asked for. */
    private static final int MOST_BLOCKS = 64;

    private static final int MOST_ASKED = 16;

    /** An IPv6 block has too many addresses to be asked for; these are given first. */
    private static final int FIRST_ASKED = 16;

    private static final int V6_LENGTH = 112;

    /** Where blocks begin in an IPv6 subnet: apart from low numbers, which people give, and from what SLAAC makes. */
    private static final BigInteger V6_FIRST = BigInteger.valueOf(0x5042).shiftLeft(16);

    private static final int V6_BLOCKS = 16;

    private final State state;
    private final Links links;
    private final Machines machines;

    RangeChoice(State state, Links links, Machines machines) {
        this.state = state;
        this.links = links;
        this.machines = machines;
    }

    /** A block, and a sentence for each that was passed over because of what answers there. */
    record Chosen(Subnet block, List<String> passed) {}

    /** {@code offered}: what DHCP servers offer; {@code taken}: what else is somebody's. */
    Chosen choose(PoolName pool, String bridge, Collection<IpAddress> offered, Collection<IpAddress> taken) {
        List<String> passed = new ArrayList<>();
        Known known = known(pool, offered, taken);
        int asked = 0;
        for (Subnet block : candidates(pool.subnet(), offered)) {
            if (known.concerns(block)) {
                continue;
            }
            if (++asked > MOST_ASKED) {
                break;
            }
            Map<IpAddress, MacAddress> answers = links.probe(bridge, toAsk(block), PATIENCE);
            if (answers.isEmpty()) {
                return new Chosen(block, passed);
            }
            answers.entrySet().stream()
                    .min(Map.Entry.comparingByKey())
                    .ifPresent(first -> passed.add("not " + block + ": " + first.getValue() + " answers for "
                            + first.getKey()
                            + (answers.size() > 1 ? ", and others for " + (answers.size() - 1) + " more" : "")));
        }
        throw new PatchbayException(
                Kind.EXHAUSTED,
                "no part of " + pool.describe() + " was found that nobody has"
                        + (known.networks().isEmpty()
                                ? ""
                                : ", for " + String.join(", ", known.networks()) + " give out some of it or all")
                        + "; say which with --ip-range or --range");
    }

    /** What is somebody's by what is known here. */
    private record Known(List<AddressRange> ranges, Set<IpAddress> addresses, Set<String> networks) {
        boolean concerns(Subnet block) {
            return ranges.stream().anyMatch(r -> r.intersection(block.range()).isPresent())
                    || addresses.stream().anyMatch(block::contains);
        }
    }

    private Known known(PoolName pool, Collection<IpAddress> offered, Collection<IpAddress> taken) {
        List<AddressRange> ranges = new ArrayList<>(state.peek(Ref.pool(pool))
                .map(Versioned::value)
                .map(Pool::reserved)
                .orElse(List.of()));
        Set<String> networks = new TreeSet<>();
        state.peekAll(Refs.usersOf(pool)).stream().map(Versioned::value).forEach(user -> {
            ranges.add(user.range());
            user.network()
                    .flatMap(id -> state.peek(Ref.network(user.host(), id)))
                    .ifPresent(n -> networks.add(
                            "network " + n.value().name().orElse(n.value().id())));
        });
        Set<IpAddress> addresses = new TreeSet<>(machines.addresses(pool).keySet());
        addresses.addAll(offered);
        addresses.addAll(taken);
        state.peekAll(Refs.claimsOf(pool)).forEach(c -> addresses.add(c.value().address()));
        return new Known(ranges, addresses, networks);
    }

    private static List<Subnet> candidates(Subnet subnet, Collection<IpAddress> offered) {
        if (subnet.isV6()) {
            return LongStream.range(0, V6_BLOCKS)
                    .mapToObj(i -> new Subnet(subnet.range().at(V6_FIRST.add(BigInteger.valueOf(i << 16))), V6_LENGTH))
                    .toList();
        }
        List<Subnet> blocks = new ArrayList<>();
        long all = 1L << (32 - subnet.prefixLength());
        long least = Math.max(1, Math.min(SMALLEST, all / 4));
        for (long size = Math.max(1, Math.min(LARGEST, all / 4)); size >= least; size /= 2) {
            blocks.addAll(ofSize(subnet, all, size, offered));
        }
        return blocks;
    }

    /** The farthest from what DHCP offers first, else from the end: people and routers begin at the beginning. */
    private static List<Subnet> ofSize(Subnet subnet, long all, long size, Collection<IpAddress> offered) {
        long blocks = all / size;
        long step = Math.max(1, blocks / MOST_BLOCKS);
        int length = 32 - Long.numberOfTrailingZeros(size);
        Comparator<Subnet> farthest = Comparator.comparing((Subnet block) -> distance(block, offered))
                .reversed()
                .thenComparing(Comparator.<Subnet>naturalOrder().reversed());
        return LongStream.iterate(blocks - 1, i -> i >= 0, i -> i - step)
                .mapToObj(i -> new Subnet(subnet.range().at(BigInteger.valueOf(i * size)), length))
                .sorted(farthest)
                .collect(Collectors.toList());
    }

    private static BigInteger distance(Subnet block, Collection<IpAddress> offered) {
        return offered.stream()
                .map(offer -> number(offer).subtract(number(block.network())).abs())
                .min(Comparator.naturalOrder())
                .orElse(BigInteger.ZERO);
    }

    private static BigInteger number(IpAddress address) {
        return new BigInteger(1, address.bytes());
    }

    private static List<IpAddress> toAsk(Subnet block) {
        AddressRange usable = block.range();
        int count = usable.size()
                .min(BigInteger.valueOf(block.isV6() ? FIRST_ASKED : LARGEST))
                .intValueExact();
        return LongStream.range(0, count)
                .mapToObj(i -> usable.at(BigInteger.valueOf(i)))
                .toList();
    }

    /** How a block is told. */
    static String describe(Subnet block) {
        return "range " + block + ": nobody answers for "
                + (block.isV6() ? "its first " + FIRST_ASKED + " addresses" : "any of it")
                + ", and no host has an address of it; what is switched off now cannot be seen";
    }
}
