package io.patchbay.netlink;

import java.lang.ref.Cleaner;

/**
 * The socket that announcements are sent by, of the network namespace of who asks for it first. It is kept: the kernel
 * takes 10 to 50 ms to close one, and whoever announces would wait for that.
 */
final class AnnounceSocket {
    private static final int NONE = -1;
    private static final Cleaner CLEANER = Cleaner.create();

    private int socket = NONE;

    /** Opened when it is first asked for; fails if the kernel refuses. */
    synchronized int get() {
        if (socket == NONE) {
            socket = Kernel.number("open a socket to announce by", words -> Native.announceOpen());
            int opened = socket;
            Cleaner.Cleanable unused = CLEANER.register(this, () -> Native.probeClose(opened, NONE));
        }
        return socket;
    }
}
