package io.patchbay.api;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests against a driver that records what it is asked, each on a socket of its own. */
@Timeout(60)
abstract class ServedDriver {
    @TempDir
    Path directory;

    Served served;

    @BeforeEach
    void serve() {
        served = Served.in(directory);
    }

    @AfterEach
    void end() {
        served.close();
    }
}
