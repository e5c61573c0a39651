package io.patchbay.netlink;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.link.Link;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Asks the LAN who has an address. A thread of its own closes the sockets: the kernel takes 10 to 50 ms for each, and a
 * container's start may wait for the answer.
 */
final class Prober {
    /** Per address: whether it answered, and the MAC that did ({@code struct probed} of probe.h). */
    private static final int PROBED_BYTES = 7;

    private final Executor closing = closing();

    private static Executor closing() {
        return new ThreadPoolExecutor(0, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "patchbay-probe-close");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Who answered; {@code request} is the addresses as {@code struct announced} of announce.h. */
    Map<IpAddress, MacAddress> ask(Link bridge, List<IpAddress> asked, byte[] request, Duration timeout) {
        int[] sockets = {-1, -1};
        try {
            ByteBuffer answers = Kernel.answer(
                    "probe for " + asked + " on bridge " + bridge.name(),
                    new byte[asked.size() * PROBED_BYTES],
                    (out, words) -> Native.probe(
                            bridge.index(), bridge.mac().bytes(), request, (int) timeout.toMillis(), out, sockets));
            return answering(asked, answers);
        } finally {
            closing.execute(() -> Native.probeClose(sockets[0], sockets[1]));
        }
    }

    private static Map<IpAddress, MacAddress> answering(List<IpAddress> asked, ByteBuffer answers) {
        Map<IpAddress, MacAddress> answering = new LinkedHashMap<>();
        for (IpAddress address : asked) {
            boolean answered = answers.get() != 0;
            byte[] mac = new byte[PROBED_BYTES - 1];
            answers.get(mac);
            if (answered) {
                answering.put(address, MacAddress.of(mac));
            }
        }
        return answering;
    }
}
