package io.patchbay.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full disk, on a tmpfs in a mount namespace of the child process; the mount goes with the process. Needs root. */
@NullUnmarked
class DiskFullTest {
    @TempDir
    Path mount;

    @Test
    void aFullDiskFailsCommitsAndLosesNothingAndRoomAgainIsEnough() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        assumeTrue(root || "true".equals(System.getenv("CI")), "mounting a tmpfs needs root");
        String mountAndRun = "mount -t tmpfs -o size=1m tmpfs \"$1\" && shift && exec \"$@\"";
        List<String> before = List.of("unshare", "-m", "sh", "-c", mountAndRun, "sh", mount.toString());
        try (ChildJvm child = new ChildJvm(before, DiskFullMain.class, mount.toString())) {
            assertThat(child.line()).isEqualTo("passed");
            assertThat(child.exitCode()).isZero();
        }
    }
}
