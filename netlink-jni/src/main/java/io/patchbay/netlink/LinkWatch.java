package io.patchbay.netlink;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.link.LinkEvent;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the kernel's events about links to one listener until it is closed, on a thread of its own, which alone closes
 * the descriptors. Whatever the kernel answers, it goes on: with the same socket after an overrun, with another after
 * anything else, and the listener is told that events were lost.
 */
final class LinkWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinkWatch.class);
    private static final int EVENT_BYTES = 32 << 10;
    private static final long JOIN_MILLIS = TimeUnit.SECONDS.toMillis(2);

    /** Before a socket is opened in place of one that failed. */
    private static final long PAUSE_MILLIS = TimeUnit.SECONDS.toMillis(1);

    private final Consumer<LinkEvent> listener;
    private final Source source;
    private final long pauseMillis;
    private final Thread thread;
    private final int[] fds;
    private boolean open = true;
    private boolean closing;

    /** Where events come from; each answers as {@link Native}'s functions of these names do. */
    interface Source {
        int open(int[] fds);

        int next(int events, int wake, byte[] out);

        int wake(int wake);

        void close(int events, int wake);
    }

    /** The kernel. */
    private enum FromKernel implements Source {
        INSTANCE;

        @Override
        public int open(int[] fds) {
            return Native.watchOpen(fds);
        }

        @Override
        public int next(int events, int wake, byte[] out) {
            return Native.watchNext(events, wake, out);
        }

        @Override
        public int wake(int wake) {
            return Native.watchWake(wake);
        }

        @Override
        public void close(int events, int wake) {
            Native.watchClose(events, wake);
        }
    }

    private LinkWatch(Consumer<LinkEvent> listener, Source source, long pauseMillis, int[] fds) {
        this.listener = listener;
        this.source = source;
        this.pauseMillis = pauseMillis;
        this.fds = fds;
        this.thread = new Thread(this::run, "patchbay-link-watch");
        this.thread.setDaemon(true);
    }

    /** Hears from now on; {@link #start} hands on what was heard. */
    static LinkWatch open(Consumer<LinkEvent> listener) {
        return open(listener, FromKernel.INSTANCE, PAUSE_MILLIS);
    }

    static LinkWatch open(Consumer<LinkEvent> listener, Source source, long pauseMillis) {
        int[] fds = new int[2];
        Kernel.act("watch links", words -> source.open(fds));
        return new LinkWatch(listener, source, pauseMillis, fds);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            byte[] out = new byte[EVENT_BYTES];
            while (true) {
                int result = source.next(fds[0], fds[1], out);
                if (Errno.ECANCELED.is(result)) {
                    return;
                }
                if (result >= 0) {
                    read(out, result).forEach(this::tell);
                } else if (passing(result)) {
                    tell(new LinkEvent.Lost());
                } else {
                    LOG.warn("link events failed, going on with another socket error={}", Errno.nameOf(result));
                    if (!reopen()) {
                        return;
                    }
                    /* Told before, the listener would look too early. */
                    tell(new LinkEvent.Lost());
                }
            }
        } finally {
            closeDescriptors();
        }
    }

    private static List<LinkEvent> read(byte[] out, int length) {
        try {
            return LinkReader.events(Kernel.records(out, length), name -> Kernel.find(List.of(name)));
        } catch (PatchbayException e) {
            LOG.warn("a port was not looked up reason=\"{}\"", e.getMessage());
            return List.of(new LinkEvent.Lost());
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

    /** A socket in place of the one that failed, however long it takes; false when the watch was closed meanwhile. */
    private synchronized boolean reopen() {
        closeDescriptors();
        while (!open) {
            if (!pause()) {
                return false;
            }
            int result = source.open(fds);
            open = result >= 0;
            if (!open) {
                LOG.debug("link events not opened again error={}", Errno.nameOf(result));
            }
        }
        return true;
    }

    private synchronized boolean pause() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
        try {
            for (long left = pauseMillis; !closing && left > 0; ) {
                wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            }
        } catch (InterruptedException e) {
            return false;
        }
        return !closing;
    }

    /** After this nobody writes to the descriptor of {@link Source#wake}, whose number may soon be another file's. */
    private synchronized void closeDescriptors() {
        if (open) {
            open = false;
            source.close(fds[0], fds[1]);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            notifyAll();
            if (open) {
                source.wake(fds[1]);
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
