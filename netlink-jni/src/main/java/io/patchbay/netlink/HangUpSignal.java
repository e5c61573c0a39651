package io.patchbay.netlink;

/**
 * SIGHUP of a process that was started with it ignored, as the launcher does so that none ends the JVM while it starts.
 * A JVM takes no handler for it then.
 */
public final class HangUpSignal {
    private HangUpSignal() {}

    /**
     * From now on a handler can be installed; until then it does nothing. Fails with {@code UNAVAILABLE} where the
     * library cannot be loaded.
     */
    public static void hearable() {
        NativeLibrary.load();
        Kernel.act("hear SIGHUP", words -> Native.hearHangUp());
    }
}
