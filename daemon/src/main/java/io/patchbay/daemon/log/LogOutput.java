package io.patchbay.daemon.log;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where log lines go and how they look: {@code 2026-11-23T22:10:00.123Z info Endpoints: endpoint created network=...
 * endpoint=...}.
 *
 * <p>SLF4J finds its provider through a static registry, so the level is process-wide; this is the one place with such
 * state.
 */
public final class LogOutput {
    /**
     * systemd sets it when standard error is the journal, which has the time itself and reads the level from a prefix
     * (sd-daemon(3)).
     */
    private static final boolean JOURNAL = System.getenv("JOURNAL_STREAM") != null;

    /** dockerd logs a managed plugin's standard error as errors and its standard output as information. */
    private static final boolean MANAGED = System.getenv("PATCHBAY_MANAGED") != null;

    private static final ThreadGroup SILENT = new ThreadGroup("silent");

    private static volatile Level level = Level.INFO;

    private LogOutput() {}

    /** Lines below this level are left out from now on. */
    public static void setLevel(Level wanted) {
        level = wanted;
    }

    /**
     * A thread that writes no log lines, and neither do the threads that it makes: what is only rehearsed did not
     * happen.
     */
    public static Thread silent(Runnable work, String name) {
        Thread thread = new Thread(SILENT, work, name);
        thread.setDaemon(true);
        return thread;
    }

    private static boolean isSilent() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        return group != null && SILENT.parentOf(group);
    }

    static boolean shows(Level wanted, boolean ownCode) {
        // Netty and Vert.x at debug drown what one looks for; their details need trace
        Level limit = ownCode || level == Level.TRACE ? level : level.compareTo(Level.INFO) > 0 ? Level.INFO : level;
        return wanted.compareTo(limit) <= 0 && !isSilent();
    }

    @SuppressWarnings("SystemConsoleNull")
    static void write(Level level, String logger, String text, @Nullable Throwable failure) {
        if (!isSilent()) {
            boolean good = MANAGED && level.compareTo(Level.WARN) > 0;
            print(good ? System.out : System.err, line(JOURNAL, Instant.now(), level, logger, text, failure));
        }
    }

    /** One call of print, so that lines of several threads do not mix. */
    private static void print(PrintStream stream, String line) {
        stream.print(line);
        stream.flush();
    }

    static String line(
            boolean journal, Instant time, Level level, String logger, String text, @Nullable Throwable failure) {
        StringBuilder line = new StringBuilder(160);
        String lead = journal ? "<" + level.priority() + ">" : "";
        line.append(lead);
        if (!journal) {
            line.append(time.truncatedTo(ChronoUnit.MILLIS)).append(' ');
        }
        line.append(level.name().toLowerCase(Locale.ROOT)).append(' ');
        line.append(logger.substring(logger.lastIndexOf('.') + 1)).append(": ");
        line.append(text.replace("\n", "\\n")).append('\n');
        if (failure != null) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace, true));
            trace.toString()
                    .lines()
                    .forEach(l -> line.append(lead).append("  ").append(l).append('\n'));
        }
        return line.toString();
    }
}
