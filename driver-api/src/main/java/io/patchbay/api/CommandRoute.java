package io.patchbay.api;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a command line and sends what it prints as it is printed. Each piece is a frame: one byte, 1 for standard
 * output and 2 for standard error, four bytes of length, most significant first, and so many bytes. The last frame is a
 * 0 and the exit code in place of a length. An answer without it is none, and who asks does the command alone.
 */
final class CommandRoute implements AutoCloseable {
    static final String PATH = "/v1/command";

    private static final Logger LOG = LoggerFactory.getLogger(CommandRoute.class);
    private static final int MAX_BODY_BYTES = 1 << 14;
    private static final int THREADS = 2;
    private static final int QUEUE = 16;
    private static final int END = 0;
    private static final int OUT = 1;
    private static final int ERR = 2;

    private final Vertx vertx;
    private final CommandLine commands;
    /** Its own: a command asks this server, too. */
    private final ThreadPoolExecutor threads = Threads.pool("patchbay-command", THREADS, QUEUE);

    CommandRoute(Vertx vertx, CommandLine commands) {
        this.vertx = vertx;
        this.commands = commands;
    }

    void serve(Router router) {
        router.post(PATH)
                .useNormalizedPath(false)
                .handler(Gate.bodyUpTo(MAX_BODY_BYTES))
                .handler(this::take);
    }

    private void take(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!commands.build().equals(request.getHeader("Patchbay-Build"))) {
            OperatorServer.send(request, Page.error(409, "the daemon is of another build than this command"));
            return;
        }
        CommandLine.Request wanted = new CommandLine.Request(
                words(Gate.body(context)),
                columns(String.valueOf(request.getHeader("Patchbay-Columns"))),
                "yes".equals(request.getHeader("Patchbay-Terminal")));
        Context loop = vertx.getOrCreateContext();
        try {
            threads.execute(() -> perform(wanted, request, loop));
        } catch (RejectedExecutionException e) {
            OperatorServer.send(request, Page.error(503, "too many commands are waiting already"));
        }
    }

    private void perform(CommandLine.Request wanted, HttpServerRequest request, Context loop) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            // it has waited too long for its turn, and has been left to another process
            return;
        }
        BiConsumer<Integer, Buffer> send = (kind, bytes) -> loop.runOnContext(ignored -> {
            if (!response.closed()) {
                response.write(frame(kind, bytes.length()).appendBuffer(bytes));
            }
        });
        try {
            Optional<IntSupplier> work = commands.prepare(wanted, new Frames(OUT, send), new Frames(ERR, send));
            if (work.isEmpty()) {
                Page page = Page.error(409, "this command is done by the process of who asks");
                loop.runOnContext(ignored -> OperatorServer.send(request, page));
                return;
            }
            // an empty frame says that the command has been taken
            send.accept(OUT, Buffer.buffer());
            int code = work.get().getAsInt();
            loop.runOnContext(ignored -> {
                if (!response.closed()) {
                    response.end(frame(END, code));
                }
            });
        } catch (RuntimeException e) {
            LOG.debug("command is left to who asks words={}", wanted.words().size(), e);
            loop.runOnContext(ignored -> request.connection().close());
        }
    }

    private static Buffer frame(int kind, int value) {
        return Buffer.buffer().appendByte((byte) kind).appendInt(value);
    }

    /** Each ends with a zero byte. */
    private static List<String> words(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return text.isEmpty()
                ? List.of()
                : List.of(text.substring(0, text.length() - 1).split("\0", -1));
    }

    private static int columns(String text) {
        return text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** What is written becomes frames of one kind. */
    private static final class Frames extends OutputStream {
        private final int kind;
        private final BiConsumer<Integer, Buffer> send;

        Frames(int kind, BiConsumer<Integer, Buffer> send) {
            this.kind = kind;
            this.send = send;
        }

        @Override
        public void write(int b) {
            send.accept(kind, Buffer.buffer().appendByte((byte) b));
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            if (length > 0) {
                send.accept(kind, Buffer.buffer().appendBytes(bytes, from, length));
            }
        }
    }
}
