package io.patchbay.e2e.lab;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** The programs that tests have started and that run. None outlives the JVM, also when that is ended by a signal. */
public final class Processes {
    private static final Set<Process> RUNNING = new HashSet<>();
    private static boolean ending;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Processes::end, "end programs"));
    }

    private Processes() {}

    /** Starts a program. One that is started while the JVM ends, to clean up, is left to whoever started it. */
    public static Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        synchronized (RUNNING) {
            if (!ending) {
                RUNNING.removeIf(each -> !each.isAlive());
                RUNNING.add(process);
            }
        }
        return process;
    }

    private static void end() {
        synchronized (RUNNING) {
            ending = true;
            for (Process process : RUNNING) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
            }
        }
    }
}
