package io.patchbay.netlink;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Sighting;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands what is said about addresses behind a bridge to one listener; reads {@code struct sighting} of sighting.h. */
final class AddressListener implements KernelWatch.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(AddressListener.class);

    /** Room for {@code struct listening} of listen.h, and for what one call tells. */
    private static final int STATE_BYTES = 96 << 10;

    private static final int BYTES = 28;
    private static final int TOLD_BYTES = 512 * BYTES;

    private static final int STATION = 1;
    private static final int OFFER = 2;
    private static final int LENGTH = 1;
    private static final int MAC = 2;
    private static final int ADDRESS = 8;
    private static final int SERVER = 24;

    private final Consumer<Sighting> listener;

    /** The socket on the bridge of that name, whichever link has it. */
    private static final class Frames implements KernelWatch.Source {
        private final String bridge;
        private final ByteBuffer state = ByteBuffer.allocateDirect(STATE_BYTES);

        Frames(String bridge) {
            this.bridge = bridge;
        }

        @Override
        public int open() {
            try {
                return Kernel.find(List.of(bridge)).stream()
                        .filter(Link::isBridge)
                        .findFirst()
                        .map(link -> Native.listenOpen(state, link.index()))
                        .orElseGet(Errno.ENODEV::result);
            } catch (PatchbayException e) {
                LOG.debug("bridge not found bridge={} reason=\"{}\"", bridge, e.getMessage());
                return Errno.EIO.result();
            }
        }

        @Override
        public int next(byte[] out) {
            return Native.listenNext(state, out);
        }

        @Override
        public int wake() {
            return Native.listenWake(state);
        }

        @Override
        public void close() {
            Native.listenClose(state);
        }

        @Override
        public int bytes() {
            return TOLD_BYTES;
        }
    }

    private AddressListener(Consumer<Sighting> listener) {
        this.listener = listener;
    }

    static KernelWatch open(String bridge, Consumer<Sighting> listener) {
        return KernelWatch.open(
                "listen on bridge " + bridge,
                new Frames(bridge),
                new AddressListener(listener),
                KernelWatch.PAUSE_MILLIS);
    }

    @Override
    public void records(ByteBuffer records) {
        for (int at = 0; at < records.limit(); at += BYTES) {
            listener.accept(read(records, at));
        }
    }

    /** Whoever has an address speaks again. */
    @Override
    public void lost() {}

    private static Sighting read(ByteBuffer from, int at) {
        byte[] address = new byte[from.get(at + LENGTH)];
        byte[] mac = new byte[6];
        byte[] server = new byte[4];
        from.get(at + ADDRESS, address);
        from.get(at + MAC, mac);
        if (from.get(at) != OFFER) {
            return new Sighting.Station(IpAddress.of(address), MacAddress.of(mac), from.get(at) == STATION);
        }
        from.get(at + SERVER, server);
        return new Sighting.Offer(
                IpAddress.of(address),
                IpAddress.of(server),
                Optional.of(MacAddress.of(mac)).filter(m -> !m.isZero()));
    }
}
