package io.patchbay.e2e.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.Lab;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A host that was cut off, forgotten by another, and is back with its containers. Until it has asked etcd it may be
 * heard, which nobody promises otherwise; that long what comes from it does not count.
 */
final class Forgotten implements Fault.Ending {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(40);
    private static final int PAUSE_MILLIS = 1000;
    private static final Duration BACK = Duration.ofSeconds(60);

    private final Host host;

    private Forgotten(Host host) {
        this.host = host;
    }

    /** It is refused while the host is not missed; where the store is away at the same time nobody is forgotten. */
    static Fault.Ending begin(Lab lab, Host host) {
        host.cut();
        Host other = lab.host(host.number() % lab.hosts().size() + 1);
        long end = System.nanoTime() + LONGEST_NANOS;
        while (other.on("patchbay", "host", "forget", host.name()).exit() != 0 && System.nanoTime() - end < 0) {
            Storm.lull(PAUSE_MILLIS);
        }
        return new Forgotten(host);
    }

    @Override
    public void end() {
        host.plug();
    }

    /** Containers that have lost their addresses are off the LAN until somebody starts them anew. */
    @Override
    public void afterwards() {
        host.patchbay().awaitReady(BACK);
        for (JsonNode container : host.docker().api("/containers/json")) {
            // one that is removed meanwhile is nobody's concern
            host.docker().run("restart", "-t", "0", container.path("Id").asText());
        }
        host.mend();
    }
}
