package io.patchbay.core.network;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an interface in a container is to be called ({@code interface_name}, on engines from 28). These let a plugin say
 * the prefix alone and give the lowest number that is free (moby: drivers/remote/driver.go, osl/interface_linux.go), so
 * only some names can be had.
 */
public record InterfaceName(String prefix, int number) {
    /** The endpoint's option. */
    public static final String OPTION = "com.docker.network.endpoint.ifname";

    private static final Pattern FORM = Pattern.compile("([A-Za-z][A-Za-z0-9_.-]*?)(0|[1-9]\\d{0,3})");
    private static final int LONGEST = 15;

    /** Throws {@link IllegalArgumentException} for a name without a number, or one that no link can have. */
    public static InterfaceName parse(String name) {
        Matcher form = FORM.matcher(name);
        if (name.length() > LONGEST || !form.matches()) {
            throw new IllegalArgumentException("\"" + name + "\" is not 1 to " + LONGEST
                    + " letters, digits, dots or dashes that begin with a letter and end in a number");
        }
        return new InterfaceName(form.group(1), Integer.parseInt(form.group(2)));
    }

    /**
     * Refuses a name that the engine would not give. Those of the network's own prefix, such as {@code eth1}, are the
     * engine's to number as ever.
     */
    public static void check(String name, NetworkOptions options) {
        InterfaceName parsed;
        try {
            parsed = parse(name);
        } catch (IllegalArgumentException e) {
            throw refusal(name, String.valueOf(e.getMessage()));
        }
        if (parsed.number() != 0 && !parsed.prefix().equals(options.interfacePrefix())) {
            throw refusal(name, "the number is the engine's to give, which begins with 0");
        }
    }

    private static PatchbayException refusal(String name, String why) {
        return new PatchbayException(
                Kind.INVALID,
                "interface name " + name + " cannot be had: " + why
                        + "; engines let a plugin say only what stands before the number, so give a name such as lan0");
    }
}
