package io.patchbay.api;

import io.patchbay.core.addr.IpAddress;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names in a Host header under which a program on this host may be meant: addresses, localhost, its own name. */
final class HostNames {
    /** A bracketed address or whatever has no colon, and a port. */
    private static final Pattern HOST = Pattern.compile("(?:\\[([^]]*)]|([^:]*))(?::[0-9]*)?");

    private final Set<String> names;

    HostNames(String own) {
        names = Set.of("", "localhost", own.toLowerCase(Locale.ROOT));
    }

    /** Whether the header's text, with or without a port, is one of them. An empty one is what no browser sends. */
    boolean contain(String header) {
        Matcher matcher = HOST.matcher(header.strip());
        if (!matcher.matches()) {
            return false;
        }
        String name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return names.contains(name.toLowerCase(Locale.ROOT)) || isAddress(name);
    }

    private static boolean isAddress(String name) {
        try {
            IpAddress.parse(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
