package io.patchbay.netlink;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands on what the kernel tells through a socket until it is closed, on a thread of its own, which alone closes the
 * descriptors. Whatever the kernel answers, it goes on: with the same socket after an overrun, with another after
 * anything else, and says that something was lost.
 */
final class KernelWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KernelWatch.class);
    private static final long JOIN_MILLIS = TimeUnit.SECONDS.toMillis(2);

    /** Before a socket is opened in place of one that failed. */
    static final long PAUSE_MILLIS = TimeUnit.SECONDS.toMillis(1);

    private final String what;
    private final Source source;
    private final Sink sink;
    private final long pauseMillis;
    private final Thread thread;
    private boolean open = true;
    private boolean closing;

    /** Where it comes from; each answers as the functions of {@link Native} do. */
    interface Source {
        int open();

        /** How many bytes of records it has put into {@code out}; waits for some. */
        int next(byte[] out);

        /** Has {@link #next} answer {@code ECANCELED}. */
        int wake();

        void close();

        /** How much {@link #next} needs. */
        int bytes();
    }

    /** Where it goes; may throw, which is logged. */
    interface Sink {
        void records(ByteBuffer records);

        /** Something may have been missed. */
        void lost();
    }

    private KernelWatch(String what, Source source, Sink sink, long pauseMillis) {
        this.what = what;
        this.source = source;
        this.sink = sink;
        this.pauseMillis = pauseMillis;
        this.thread = new Thread(this::run, "patchbay-kernel-watch");
        this.thread.setDaemon(true);
    }

    /** Hears from now on; {@link #start} hands on what was heard. {@code what} is for messages, as "watch links". */
    static KernelWatch open(String what, Source source, Sink sink, long pauseMillis) {
        Kernel.act(what, words -> source.open());
        return new KernelWatch(what, source, sink, pauseMillis);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            byte[] out = new byte[source.bytes()];
            while (true) {
                int result = source.next(out);
                if (Errno.ECANCELED.is(result)) {
                    return;
                }
                if (result >= 0) {
                    tell(() -> sink.records(Kernel.records(out, result)));
                } else if (passing(result)) {
                    tell(sink::lost);
                } else {
                    LOG.warn("cannot {} now, going on with another socket error={}", what, Errno.nameOf(result));
                    if (!reopen()) {
                        return;
                    }
                    /* Told before, the listener would look too early. */
                    tell(sink::lost);
                }
            }
        } finally {
            closeDescriptors();
        }
    }

    private static boolean passing(int result) {
        return Errno.ENOBUFS.is(result) || Errno.EMSGSIZE.is(result) || Errno.EPROTO.is(result);
    }

    private void tell(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOG.error("a listener failed: {}", what, e);
        }
    }

    /** A socket in place of the one that failed, however long it takes; false when the watch was closed meanwhile. */
    private synchronized boolean reopen() {
        closeDescriptors();
        while (!open) {
            if (!pause()) {
                return false;
            }
            int result = source.open();
            open = result >= 0;
            if (!open) {
                LOG.debug("cannot {} again yet error={}", what, Errno.nameOf(result));
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
            source.close();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            notifyAll();
            if (open) {
                source.wake();
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
