package io.patchbay.daemon.uplink.persist;

import java.util.List;

/**
 * A bridge that is to be there after a boot.
 *
 * @param index the NIC's number in the kernel
 * @param addresses what the NIC carries now, without prefix
 * @param lease one of them is a DHCP lease
 */
public record Wanted(String nic, int index, String mac, int mtu, String bridge, List<String> addresses, boolean lease) {
    static final int USUAL_MTU = 1500;

    public Wanted {
        addresses = List.copyOf(addresses);
    }

    /** Of every file that is made. */
    List<String> heading() {
        return List.of("# Written by 'patchbay uplink take " + nic + " --persist'; 'patchbay uplink release " + bridge
                + "' takes it back.");
    }

    boolean hasUsualMtu() {
        return mtu == USUAL_MTU;
    }
}
