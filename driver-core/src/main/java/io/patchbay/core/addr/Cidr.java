package io.patchbay.core.addr;

import java.util.regex.Pattern;

/** An address with the prefix length of its subnet, host bits kept: {@code 10.77.0.5/24}, what an interface has. */
public record Cidr(IpAddress address, int prefixLength) {
    private static final Pattern LENGTH = Pattern.compile("0|[1-9]\\d{0,2}");

    public Cidr {
        if (prefixLength < 0 || prefixLength > address.bits()) {
            throw new IllegalArgumentException(
                    "prefix length " + prefixLength + " of " + address + " is not between 0 and " + address.bits());
        }
    }

    /** Reads {@code address/length}. Throws {@link IllegalArgumentException} with one sentence for anything else. */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String length = slash < 0 ? "" : text.substring(slash + 1);
        if (!LENGTH.matcher(length).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not an address, a slash and a prefix length");
        }
        return new Cidr(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(length));
    }

    public Subnet subnet() {
        return new Subnet(address, prefixLength);
    }

    @Override
    public String toString() {
        return address + "/" + prefixLength;
    }
}
