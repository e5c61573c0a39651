package io.patchbay.daemon.cli;

import io.patchbay.daemon.http.UnixHttp;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks the daemon on a unix socket, and tells an operator in a sentence why it could not. */
public final class ControlClient {
    private final Path socket;
    private final Duration limit;
    private final Waiting waiting;
    private final int most;

    /** Asks on this socket; an answer that takes longer than {@code limit} is a failure. */
    public ControlClient(Path socket, Duration limit) {
        this(socket, limit, Waiting.UNSEEN, Integer.MAX_VALUE);
    }

    private ControlClient(Path socket, Duration limit, Waiting waiting, int most) {
        this.socket = socket;
        this.limit = limit;
        this.waiting = waiting;
        this.most = most;
    }

    /** The same, and a person is told that it takes long. */
    public ControlClient telling(Waiting how) {
        return new ControlClient(socket, limit, how, most);
    }

    /** The same; an answer of more bytes is a {@link TooMuch}. */
    public ControlClient upTo(int bytes) {
        return new ControlClient(socket, limit, waiting, bytes);
    }

    /** True if only another user may ask there. */
    boolean isForbidden() {
        Path folder = Objects.requireNonNullElse(socket.toAbsolutePath().getParent(), socket);
        return Files.exists(socket) ? !Files.isWritable(socket) : Files.exists(folder) && !Files.isExecutable(folder);
    }

    /** The same with another limit, for what takes long. */
    ControlClient withLimit(Duration other) {
        return new ControlClient(socket, other, waiting, most);
    }

    /** An answer. */
    public record Answer(int status, String body) {}

    /** The answer is longer than was wanted. */
    public static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMuch(Throwable cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Nobody listens on the socket, or may be asked; the message is a sentence for the operator. */
    public static final class Unreachable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreachable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The answer to a GET of {@code path}. */
    public Answer get(String path) throws Unreachable {
        return exchange("GET", path, "");
    }

    /** The answer to a POST of {@code body} to {@code path}. */
    public Answer post(String path, String body) throws Unreachable {
        return exchange("POST", path, body);
    }

    private Answer exchange(String method, String path, String body) throws Unreachable {
        try {
            UnixHttp.Answer answer =
                    waiting.during(() -> new UnixHttp(socket, most).exchange(method, path, body, limit));
            return new Answer(answer.status(), answer.body());
        } catch (UnixHttp.TooMuch e) {
            throw new TooMuch(e);
        } catch (IOException e) {
            throw new Unreachable(sentence(e), e);
        }
    }

    private String sentence(IOException e) {
        if (isForbidden()) {
            return "not allowed to use " + socket + ": run it as root";
        }
        if (!Files.exists(socket)) {
            return "no Patchbay daemon is running: " + socket + " does not exist";
        }
        return e instanceof ConnectException
                ? "no Patchbay daemon is running: nobody listens on " + socket
                : "the Patchbay daemon on " + socket + " did not answer: " + e.getMessage();
    }
}
