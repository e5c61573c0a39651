package io.patchbay.netlink;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.link.LinkEvent;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands the kernel's events about links to one listener. */
final class LinkWatch implements KernelWatch.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(LinkWatch.class);
    private static final int EVENT_BYTES = 32 << 10;

    private final Consumer<LinkEvent> listener;

    /** The kernel's socket for them. */
    private static final class Events implements KernelWatch.Source {
        private final int[] fds = new int[2];

        @Override
        public int open() {
            return Native.watchOpen(fds);
        }

        @Override
        public int next(byte[] out) {
            return Native.watchNext(fds[0], fds[1], out);
        }

        @Override
        public int wake() {
            return Native.watchWake(fds[1]);
        }

        @Override
        public void close() {
            Native.watchClose(fds[0], fds[1]);
        }

        @Override
        public int bytes() {
            return EVENT_BYTES;
        }
    }

    private LinkWatch(Consumer<LinkEvent> listener) {
        this.listener = listener;
    }

    static KernelWatch open(Consumer<LinkEvent> listener) {
        return open(listener, new Events(), KernelWatch.PAUSE_MILLIS);
    }

    static KernelWatch open(Consumer<LinkEvent> listener, KernelWatch.Source source, long pauseMillis) {
        return KernelWatch.open("watch links", source, new LinkWatch(listener), pauseMillis);
    }

    @Override
    public void records(ByteBuffer records) {
        read(records).forEach(this::tell);
    }

    @Override
    public void lost() {
        listener.accept(new LinkEvent.Lost());
    }

    private static List<LinkEvent> read(ByteBuffer records) {
        try {
            return LinkReader.events(records, name -> Kernel.find(List.of(name)));
        } catch (PatchbayException e) {
            LOG.warn("a port was not looked up reason=\"{}\"", e.getMessage());
            return List.of(new LinkEvent.Lost());
        }
    }

    /** One that the listener fails on keeps none of the others. */
    private void tell(LinkEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            LOG.error("a listener to link events failed: event={}", event, e);
        }
    }
}
