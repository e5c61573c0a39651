package io.patchbay.core.endpoint;

import io.patchbay.core.link.Link;
import io.patchbay.core.record.EndpointRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether an endpoint still has a container behind it, as far as the kernel can tell. */
public enum Liveness {
    ALIVE,
    /** It was recorded and its links are not there: never made, or gone with the container's namespace. */
    WITHOUT_LINK,
    /**
     * Its container end lies about in the host's namespace: dockerd died before it moved it in, or after it had taken
     * it out.
     */
    OUT_OF_SANDBOX;

    /** dockerd joins within milliseconds of creating. */
    private static final Duration TIME_TO_JOIN = Duration.ofSeconds(10);

    /** Up to engine 27 the link waits in the host's namespace until the container's process has been made. */
    private static final Duration TIME_TO_MOVE = Duration.ofMinutes(1);

    /** {@code link} is the host end as just looked up. */
    public static Liveness of(EndpointRecord endpoint, Optional<Link> link, Instant now) {
        Duration age = Duration.between(endpoint.since(), now).abs();
        if (link.isEmpty()) {
            boolean young = endpoint.state() == EndpointRecord.State.RESERVED && age.compareTo(TIME_TO_JOIN) < 0;
            return young ? ALIVE : WITHOUT_LINK;
        }
        if (link.get().peerElsewhere() || age.compareTo(TIME_TO_MOVE) < 0) {
            return ALIVE;
        }
        return OUT_OF_SANDBOX;
    }
}
