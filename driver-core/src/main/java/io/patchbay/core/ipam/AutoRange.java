package io.patchbay.core.ipam;

import io.patchbay.core.addr.Subnet;

/** A range automatic pools are cut from, and their prefix length: {@code 10.210.0.0/16:24}. */
public record AutoRange(Subnet within, int prefixLength) {

    public AutoRange {
        if (prefixLength < within.prefixLength()
                || prefixLength > within.network().bits()) {
            throw new IllegalArgumentException("pools of length /" + prefixLength + " cannot be cut from " + within);
        }
    }

    /** Reads {@code subnet:length}; throws {@link IllegalArgumentException} with one sentence for anything else. */
    public static AutoRange parse(String text) {
        int colon = text.lastIndexOf(':');
        int slash = text.indexOf('/');
        if (slash < 0 || colon < slash || !text.substring(colon + 1).matches("\\d{1,3}")) {
            throw new IllegalArgumentException("\"" + text + "\" is not SUBNET:LENGTH, for instance 10.210.0.0/16:24");
        }
        return new AutoRange(Subnet.parse(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    }

    @Override
    public String toString() {
        return within + ":" + prefixLength;
    }
}
