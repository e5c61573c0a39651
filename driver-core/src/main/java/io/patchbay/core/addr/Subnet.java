package io.patchbay.core.addr;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A network and its prefix length, host bits zero: {@code 10.77.0.0/24}. */
public record Subnet(IpAddress network, int prefixLength) implements Comparable<Subnet> {
    /** Loopback, multicast and what is reserved; of IPv6 also link-local, which each station has beside its own. */
    private static final List<Subnet> OF_NO_LAN = Stream.of(
                    "0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/8", "fe80::/10", "ff00::/8")
            .map(Subnet::parse)
            .toList();

    public Subnet {
        if (prefixLength < 0 || prefixLength > network.bits()) {
            throw new IllegalArgumentException(
                    "prefix length " + prefixLength + " of " + network + " is not between 0 and " + network.bits());
        }
        network = masked(network, prefixLength);
    }

    /**
     * Reads {@code address/length}; host bits are dropped (RFC 4632). Throws {@link IllegalArgumentException} with one
     * sentence otherwise.
     */
    public static Subnet parse(String text) {
        Cidr cidr = Cidr.parse(text);
        return cidr.subnet();
    }

    /** The same, and empty for what is none. */
    public static Optional<Subnet> tryParse(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static IpAddress masked(IpAddress address, int length) {
        if (!address.isV6()) {
            return IpAddress.v4(length == 0 ? 0 : address.low() & (-1L << (32 - length)));
        }
        long high = length == 0 ? 0 : length >= 64 ? address.high() : address.high() & (-1L << (64 - length));
        long low = length <= 64 ? 0 : length == 128 ? address.low() : address.low() & (-1L << (128 - length));
        return IpAddress.v6(high, low);
    }

    public boolean isV6() {
        return network.isV6();
    }

    /** The highest address, the broadcast address of an IPv4 subnet. */
    public IpAddress last() {
        int hostBits = network.bits() - prefixLength;
        if (!isV6()) {
            return IpAddress.v4(network.low() | ((1L << hostBits) - 1));
        }
        long high = hostBits <= 64
                ? network.high()
                : hostBits == 128 ? -1L : network.high() | ((1L << (hostBits - 64)) - 1);
        long low = hostBits >= 64 ? -1L : network.low() | ((1L << hostBits) - 1);
        return IpAddress.v6(high, low);
    }

    public boolean contains(IpAddress address) {
        return address.isV6() == isV6() && masked(address, prefixLength).equals(network);
    }

    public boolean contains(Subnet other) {
        return other.prefixLength >= prefixLength && contains(other.network);
    }

    public boolean overlaps(Subnet other) {
        return contains(other) || other.contains(this);
    }

    /** A block that it touches in which no station of a LAN has an address of its own. */
    public Optional<Subnet> ofNoLan() {
        return OF_NO_LAN.stream().filter(this::overlaps).findFirst();
    }

    /** All addresses. */
    public AddressRange range() {
        return new AddressRange(network, last());
    }

    /**
     * The addresses a station may have: without the network and the broadcast address of an IPv4 subnet up to /30,
     * without the all-zero host (the subnet-router anycast address, RFC 4291 section 2.6.1) of an IPv6 subnet up to
     * /126; of a /31 or /127 both (RFC 3021, RFC 6164), of a /32 or /128 the one.
     */
    public AddressRange usable() {
        int hostBits = network.bits() - prefixLength;
        if (hostBits <= 1) {
            return range();
        }
        return new AddressRange(network.next(), isV6() ? last() : last().previous());
    }

    @Override
    public int compareTo(Subnet other) {
        int byNetwork = network.compareTo(other.network);
        return byNetwork != 0 ? byNetwork : Integer.compare(prefixLength, other.prefixLength);
    }

    @Override
    public String toString() {
        return network + "/" + prefixLength;
    }
}
