package io.patchbay.api;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where operators are served.
 *
 * @param tcp host and port, normally of loopback; empty means no TCP
 * @param socket a control socket that only its owner can open; empty means none
 * @param deadline of one answer
 */
public record OperatorSettings(Optional<InetSocketAddress> tcp, Optional<Path> socket, Duration deadline) {
    static final Duration DEADLINE = Duration.ofSeconds(10);

    public static OperatorSettings of(Optional<InetSocketAddress> tcp, Optional<Path> socket) {
        return new OperatorSettings(tcp, socket, DEADLINE);
    }
}
