package io.patchbay.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The script behind {@code patchbay etcd}, a part of the distribution. */
final class EtcdScript {
    private EtcdScript() {}

    /** Runs it at this terminal and answers its exit code. */
    static int run(List<String> words) {
        String home = System.getProperty("patchbay.home");
        if (home == null) {
            throw new IllegalArgumentException("etcd is set up by the distribution's bin/patchbay only");
        }
        List<String> command = new ArrayList<>(
                List.of("bash", Path.of(home, "lib", "etcd", "etcd").toString()));
        command.addAll(words);
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new IllegalArgumentException("there is no bash on this host: apt-get install bash", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }
}
