package io.patchbay.daemon.uplink;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of an uplink on the real kernel: a host with a cable, and where what must be undone is written. */
abstract class OnKernel {
    static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    final Kernel kernel = HostKernel.of(System.getenv().getOrDefault("PATH", ""));
    final List<String> said = new ArrayList<>();
    Namespaces lan;
    Journal journal;

    @BeforeEach
    void wire() throws IOException {
        lan = Namespaces.open();
        journal = new Journal(folder.resolve("uplink"));
    }

    @AfterEach
    void unwire() {
        if (lan != null) {
            lan.close();
        }
    }

    final Uplink uplink(Kernel on) {
        return new Uplink(on, journal, Host.here(), config(), trial -> {}, said::add);
    }

    /** Of files below the test's own folder, and programs there. */
    final HostConfig config() {
        return new HostConfig(folder.resolve("root"), folder.resolve("bin").toString());
    }

    final Uplink uplink() {
        return uplink(kernel);
    }

    static Picture picture(Uplink uplink, String link) {
        return uplink.pictures().read(link).orElseThrow();
    }

    static Trial take(Uplink uplink) {
        Picture before = picture(uplink, "eth0");
        return uplink.prepare(
                Trial.Kind.TAKE, Plan.take(before, "br0"), before, before.nic().addressing());
    }

    static Trial release(Uplink uplink) {
        Taken taken = uplink.taken().get(0);
        Picture before = picture(uplink, "br0");
        return uplink.prepare(
                Trial.Kind.RELEASE, Plan.release(before, "eth0", taken.addressing()), before, taken.addressing());
    }

    static Trial attempt(Uplink uplink, Trial trial) {
        return uplink.attempt(trial, uplink.look(Duration.ofSeconds(10)), List.of(), MINUTE);
    }
}
