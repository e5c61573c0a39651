package io.patchbay.core.addr;

import java.math.BigInteger;
import java.util.Optional;

/** Addresses from first to last, both included. */
public record AddressRange(IpAddress first, IpAddress last) {

    public AddressRange {
        if (first.isV6() != last.isV6() || first.compareTo(last) > 0) {
            throw new IllegalArgumentException(
                    "range " + first + "-" + last + " does not go from a lower to a higher address of one family");
        }
    }

    /**
     * Reads {@code first-last}, a single address, or a prefix. Throws {@link IllegalArgumentException} with one
     * sentence otherwise.
     */
    public static AddressRange parse(String text) {
        if (text.indexOf('/') >= 0) {
            return Subnet.parse(text).range();
        }
        int dash = text.indexOf('-');
        if (dash < 0) {
            IpAddress one = IpAddress.parse(text.strip());
            return new AddressRange(one, one);
        }
        return new AddressRange(
                IpAddress.parse(text.substring(0, dash).strip()),
                IpAddress.parse(text.substring(dash + 1).strip()));
    }

    public boolean contains(IpAddress address) {
        return address.isV6() == first.isV6() && first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
    }

    public boolean contains(AddressRange other) {
        return contains(other.first) && contains(other.last);
    }

    /** How many addresses. */
    public BigInteger size() {
        return new BigInteger(1, last.bytes())
                .subtract(new BigInteger(1, first.bytes()))
                .add(BigInteger.ONE);
    }

    /** The address at this place, from 0 on; places behind the end begin at the first one again. */
    public IpAddress at(BigInteger place) {
        byte[] number = new BigInteger(1, first.bytes()).add(place.mod(size())).toByteArray();
        byte[] bytes = new byte[first.bytes().length];
        int length = Math.min(number.length, bytes.length);
        System.arraycopy(number, number.length - length, bytes, bytes.length - length, length);
        return IpAddress.of(bytes);
    }

    /** The part that both have; empty when there is none. */
    public Optional<AddressRange> intersection(AddressRange other) {
        if (first.isV6() != other.first.isV6()) {
            return Optional.empty();
        }
        IpAddress from = first.compareTo(other.first) >= 0 ? first : other.first;
        IpAddress to = last.compareTo(other.last) <= 0 ? last : other.last;
        return from.compareTo(to) <= 0 ? Optional.of(new AddressRange(from, to)) : Optional.empty();
    }

    @Override
    public String toString() {
        return first.equals(last) ? first.toString() : first + "-" + last;
    }
}
