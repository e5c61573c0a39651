package io.patchbay.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.failure.PatchbayException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OperatorPortTest {
    @TempDir
    Path directory;

    private final List<ServedOperators> made = new ArrayList<>();

    private OperatorServer server(OperatorSettings settings) {
        ServedOperators served = new ServedOperators(settings, List.of());
        served.inspection.complete(new FixedInspection());
        made.add(served);
        return served.server;
    }

    @AfterEach
    void end() {
        made.forEach(ServedOperators::close);
    }

    @Test
    void aPortInUseIsAFindingUntilItIsFree() throws IOException {
        Path control = directory.resolve("control.sock");
        OperatorServer second;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            second = server(OperatorSettings.of(
                    Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort())),
                    Optional.of(control)));
            second.start();
            assertThat(doctor(control))
                    .contains("\"check\":\"http\"")
                    .contains("listening on 127.0.0.1:" + taken.getLocalPort() + " failed")
                    .contains("in use");
            assertThat(second.port()).isZero();
        }
        try {
            awaitListening(second);
            assertThat(doctor(control)).doesNotContain("\"check\":\"http\"");
        } finally {
            second.close();
        }
        assertThat(control).doesNotExist();
    }

    private static void awaitListening(OperatorServer server) {
        long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (server.port() == 0) {
            assertThat(System.nanoTime()).as("listens").isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static String doctor(Path socket) throws IOException {
        try (RawClient client = RawClient.connect(socket)) {
            return client.get("/v1/doctor").body();
        }
    }

    @Test
    void aControlSocketThatCannotBeHadIsAClearErrorAndNothingIsLeft() throws IOException {
        Path control = Files.createDirectory(directory.resolve("control.sock"));
        OperatorServer second =
                server(OperatorSettings.of(Optional.of(ServedOperators.ANY_PORT), Optional.of(control)));
        assertThatThrownBy(second::start)
                .isInstanceOf(PatchbayException.class)
                .hasMessageContaining(control.toString());
        assertThat(second.port()).isZero();
    }
}
