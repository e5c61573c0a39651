package io.patchbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmUpCommandTest {
    @TempDir
    Path temp;

    @Test
    void theEtcdOfARehearsalAnswersAllThatADaemonAsks() throws Exception {
        WarmUpCommand.rehearseWithEtcd(temp);
        assertThat(temp.resolve("etcd/default/rehearsal")).isNotEmptyDirectory();
    }
}
