package io.patchbay.daemon.settings;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.ipam.AutoRange;

/** Reads {@code 10.210.0.0/16:24} more strictly than core: a typing error shall not become another range. */
final class AutoRangeText {
    private static final String FORM = "must be a subnet, a colon and a prefix length, as in 10.210.0.0/16:24";

    private AutoRangeText() {}

    static AutoRange parse(String text) {
        int colon = text.lastIndexOf(':');
        String length = text.substring(colon + 1);
        if (colon < 1 || !length.matches("\\d{1,3}")) {
            throw new IllegalArgumentException(FORM);
        }
        Cidr cidr = cidr(text.substring(0, colon));
        Subnet range = cidr.subnet();
        if (!range.network().equals(cidr.address())) {
            throw new IllegalArgumentException("must have no host bits set; meant is " + range + ":" + length);
        }
        int prefix = Integer.parseInt(length);
        int longest = range.network().bits() - 2;
        if (prefix < range.prefixLength() || prefix > longest) {
            throw new IllegalArgumentException(
                    "must have a prefix length from the range's " + range.prefixLength() + " to " + longest);
        }
        return new AutoRange(range, prefix);
    }

    private static Cidr cidr(String text) {
        try {
            return Cidr.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(FORM, e);
        }
    }
}
