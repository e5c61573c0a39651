package io.patchbay.netlink;

import io.patchbay.core.link.LinkEvent;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the kernel's events about links to one listener until it is closed, on a thread of its own, which alone closes
 * the descriptors.
 */
final class LinkWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinkWatch.class);
    private static final int EVENT_BYTES = 32 << 10;
    private static final long JOIN_MILLIS = TimeUnit.SECONDS.toMillis(2);

    private final Consumer<LinkEvent> listener;
    private final int events;
    private final int wake;
    private final Thread thread;
    private boolean open = true;

    private LinkWatch(Consumer<LinkEvent> listener, int events, int wake) {
        this.listener = listener;
        this.events = events;
        this.wake = wake;
        this.thread = new Thread(this::run, "patchbay-link-watch");
        this.thread.setDaemon(true);
    }

    /** Hears from now on; {@link #start} hands on what was heard. */
    static LinkWatch open(Consumer<LinkEvent> listener) {
        int[] fds = new int[2];
        Kernel.act("watch links", words -> Native.watchOpen(fds));
        return new LinkWatch(listener, fds[0], fds[1]);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            byte[] out = new byte[EVENT_BYTES];
            while (true) {
                int result = Native.watchNext(events, wake, out);
                if (Errno.ECANCELED.is(result)) {
                    return;
                }
                if (result >= 0) {
                    LinkReader.events(Kernel.records(out, result)).forEach(this::tell);
                } else {
                    tell(new LinkEvent.Lost());
                    if (!passing(result)) {
                        LOG.error("link events end: error={}", Errno.nameOf(result));
                        return;
                    }
                }
            }
        } finally {
            closeDescriptors();
        }
    }

    private static boolean passing(int result) {
        return Errno.ENOBUFS.is(result) || Errno.EMSGSIZE.is(result) || Errno.EPROTO.is(result);
    }

    private void tell(LinkEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            LOG.error("a listener to link events failed: event={}", event, e);
        }
    }

    /** After this nobody writes to the descriptor of {@link #wake}, whose number may soon be another file's. */
    private synchronized void closeDescriptors() {
        open = false;
        Native.watchClose(events, wake);
    }

    @Override
    public void close() {
        synchronized (this) {
            if (open) {
                Native.watchWake(wake);
            }
        }
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            /* A listener that is busy does not hold up whoever closes for long. */
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
