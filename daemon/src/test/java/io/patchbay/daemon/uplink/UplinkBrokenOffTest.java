package io.patchbay.daemon.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** On the real kernel: wherever it is broken off, what was there before is there again. */
class UplinkBrokenOffTest extends OnKernel {
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
                t.finish(),
                t.answered(),
                t.persistent());
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
