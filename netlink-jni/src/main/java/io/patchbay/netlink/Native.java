package io.patchbay.netlink;

import java.nio.ByteBuffer;

/**
 * The C library's functions, one per verb of rt_link.h and its neighbours. Each answers 0, a count of bytes, or
 * {@code -errno}, throws nothing and calls nothing back; the kernel's own words about an error stand in {@code words},
 * closed by a zero. Strings are UTF-8, each closed by a zero.
 */
final class Native {
    static final int LINKS = 0;
    static final int ADDRESSES = 1;
    static final int ROUTES = 2;
    static final int VLANS = 3;
    static final int FORWARDING = 4;

    /** Stands for the namespace of this process where another may be named by its number here. */
    static final int HERE = -1;

    private Native() {}

    static native int find(byte[] names, byte[] out, byte[] words);

    static native int dump(int what, int netns, byte[] out, byte[] words);

    static native int createVeth(
            byte[] strings, byte[] macs, int bridge, int hostMtu, int containerMtu, byte[] out, byte[] words);

    static native int createBridge(byte[] strings, byte[] mac, int mtu, byte[] out, byte[] words);

    static native int adjust(int index, int master, int mtu, byte[] words);

    static native int setMtu(int index, int mtu, byte[] words);

    static native int dropRa(int index, byte[] words);

    static native int delete(byte[] names, byte[] words);

    /** A socket for {@link #announce}, to be kept. */
    static native int announceOpen();

    static native int announce(
            int socket, int bridge, int port, boolean byVlan, byte[] mac, byte[] addresses, byte[] words);

    /** {@code sockets} takes what {@link #probeClose} closes, whatever this answers. */
    static native int probe(int bridge, byte[] mac, byte[] addresses, int millis, byte[] out, int[] sockets);

    static native void probeClose(int arp, int advertisements);

    static native int discover(int bridge, byte[] mac, int millis, byte[] out);

    static native int watchOpen(int[] fds);

    static native int watchNext(int events, int wake, byte[] out);

    static native int watchWake(int wake);

    static native void watchClose(int events, int wake);

    /** {@code room} is a direct buffer, in which it keeps what it knows between calls. */
    static native int listenOpen(ByteBuffer room, int bridge);

    static native int listenNext(ByteBuffer room, byte[] out);

    static native int listenWake(ByteBuffer room);

    static native void listenClose(ByteBuffer room);

    static native int hearHangUp();

    static native int buildId(byte[] out);
}
