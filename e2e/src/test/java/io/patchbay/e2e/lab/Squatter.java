package io.patchbay.e2e.lab;

import java.time.Duration;

/**
 * A machine on the LAN that nobody told Patchbay of, and that takes an address for itself. It is a link of its own on
 * the printer, so that its MAC is nobody else's.
 */
public final class Squatter implements AutoCloseable {
    public static final String MAC = "00:16:3e:00:00:99";

    private static final String LINK = "squatter";
    private static final Duration ANSWERS = Duration.ofSeconds(20);

    private final Lab lab;

    private Squatter(Lab lab) {
        this.lab = lab;
    }

    /** One that has this address, with its length, from now on. */
    public static Squatter with(Lab lab, String address) {
        lab.onPrinter("ip", "link", "add", LINK, "link", "eth0", "address", MAC, "type", "macvlan", "mode", "bridge")
                .ok();
        Squatter squatter = new Squatter(lab);
        // it answers for its own addresses alone, and the printer not for them
        for (String setting : new String[] {"all/arp_ignore=1", LINK + "/arp_ignore=1", "eth0/arp_ignore=1"}) {
            lab.onPrinter("sysctl", "-q", "-w", "net/ipv4/conf/" + setting).ok();
        }
        lab.onPrinter("ip", "link", "set", LINK, "up").ok();
        squatter.take(address);
        return squatter;
    }

    private static boolean isThere(Lab lab, String address) {
        return lab.inHostNetwork("ping", "-n", "-c", "1", "-W", "1", address).exit() == 0;
    }

    /** It takes another one as well. */
    public void take(String address) {
        lab.onPrinter("ip", "addr", "add", address, "dev", LINK).ok();
        // a link says nothing for the first second or so (linkwatch), and who is silent when asked counts as absent
        String bare = address.substring(0, address.indexOf('/'));
        Await.until("the squatter answers for " + bare, ANSWERS, () -> isThere(lab, bare));
    }

    /** It tells everybody that it has the address, once. */
    public void announce(String address) {
        lab.onPrinter("busybox", "arping", "-U", "-c", "1", "-I", LINK, address);
    }

    /** It is gone. */
    @Override
    public void close() {
        lab.onPrinter("ip", "link", "del", LINK).ok();
    }
}
