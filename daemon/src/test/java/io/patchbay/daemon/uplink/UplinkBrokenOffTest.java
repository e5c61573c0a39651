package io.patchbay.daemon.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the real kernel: wherever it is broken off, what was there before is there again. */
class UplinkBrokenOffTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private final Kernel kernel = HostKernel.of(System.getenv().getOrDefault("PATH", ""));
    private final List<String> said = new ArrayList<>();
    private Namespaces lan;
    private Journal journal;

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

    private Uplink uplink(Kernel on) {
        return new Uplink(on, journal, Host.here(), trial -> {}, said::add);
    }

    private Uplink uplink() {
        return uplink(kernel);
    }

    private static Picture picture(Uplink uplink, String link) {
        return uplink.pictures().read(link).orElseThrow();
    }

    private static Trial take(Uplink uplink) {
        Picture before = picture(uplink, "eth0");
        return uplink.prepare(
                Trial.Kind.TAKE, Plan.take(before, "br0"), before, before.nic().addressing());
    }

    private static Trial release(Uplink uplink) {
        Taken taken = uplink.taken().get(0);
        Picture before = picture(uplink, "br0");
        return uplink.prepare(
                Trial.Kind.RELEASE, Plan.release(before, "eth0", taken.addressing()), before, taken.addressing());
    }

    private static Trial attempt(Uplink uplink, Trial trial) {
        return uplink.attempt(trial, uplink.look(Duration.ofSeconds(10)), List.of(), MINUTE);
    }

    /** The same of a process that is gone. */
    private static Trial ofTheDead(Trial t) {
        return new Trial(
                t.id(),
                t.kind(),
                t.phase(),
                t.place(),
                0,
                "never",
                t.deadline(),
                t.nic(),
                t.bridge(),
                t.addressing(),
                t.steps(),
                t.before(),
                t.finish());
    }

    @Test
    void aRefusedLineLeavesAllAsItWas() {
        String before = Namespaces.snapshot();
        Uplink plain = uplink();
        int lines = Step.doing(take(plain).steps()).size();
        for (int n : List.of(0, 1, 4, 6, 12, lines / 2, lines - 1)) {
            Uplink faulty = uplink(new FaultyKernel(kernel, n, false));
            assertThatThrownBy(() -> attempt(faulty, take(faulty))).hasMessage("line " + n + " is refused");
            assertThat(Namespaces.snapshot()).as("after %d lines", n).isEqualTo(before);
            assertThat(journal.trial()).isEmpty();
        }
        assertThat(said).noneMatch(sentence -> sentence.contains("could not be brought back"));
    }

    @Test
    void whoeverComesUndoesWhatAKilledTakeLeft() {
        String before = Namespaces.snapshot();
        int lines = Step.doing(take(uplink()).steps()).size();
        for (int n = 0; n <= lines; n++) {
            Uplink killed = uplink(new FaultyKernel(kernel, n, true));
            Trial trial = ofTheDead(take(killed));
            assertThatThrownBy(() -> attempt(killed, trial)).isInstanceOf(FaultyKernel.Killed.class);
            assertThat(uplink().recover()).isTrue();
            assertThat(Namespaces.snapshot()).as("killed after %d lines", n).isEqualTo(before);
        }
        assertThat(said).noneMatch(sentence -> sentence.contains("could not be brought back"));
    }

    @Test
    void whoeverComesUndoesWhatAKilledReleaseLeft() {
        Uplink uplink = uplink();
        attempt(uplink, take(uplink));
        uplink.keep();
        String taken = Namespaces.snapshot();
        int lines = Step.doing(release(uplink).steps()).size();
        for (int n = 0; n <= lines; n += 3) {
            Uplink killed = uplink(new FaultyKernel(kernel, n, true));
            Trial trial = ofTheDead(release(killed));
            assertThatThrownBy(() -> attempt(killed, trial)).isInstanceOf(FaultyKernel.Killed.class);
            assertThat(uplink().recover()).isTrue();
            assertThat(Namespaces.snapshot()).as("killed after %d lines", n).isEqualTo(taken);
        }
    }
}
