package io.patchbay.daemon.settings;

import io.patchbay.core.addr.IpAddress;

/** An address of this host and a TCP port to listen on: {@code 127.0.0.1:9877}, {@code [::1]:9877}. */
public record ListenAddress(String address, int port) {
    private static final String RULE = "must be an address, a colon and a port (1 to 65535), or off";

    static ListenAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("[1-9]\\d{0,4}") || Integer.parseInt(port) > 65535) {
            throw new IllegalArgumentException(RULE);
        }
        return new ListenAddress(address(text.substring(0, colon)), Integer.parseInt(port));
    }

    private static String address(String text) {
        if (text.equals("localhost")) {
            return "127.0.0.1";
        }
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        String bare = bracketed ? text.substring(1, text.length() - 1) : text;
        if (isV6(bare) != bracketed) {
            throw new IllegalArgumentException(RULE + "; an IPv6 address stands in brackets");
        }
        return bare;
    }

    private static boolean isV6(String text) {
        try {
            return IpAddress.parse(text).isV6();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(RULE, e);
        }
    }

    @Override
    public String toString() {
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }
}
