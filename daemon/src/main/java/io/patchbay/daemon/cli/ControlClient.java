package io.patchbay.daemon.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks an HTTP server on a unix socket one question a connection: HTTP/1.0, so that the end of the connection is the end of the answer. */
public final class ControlClient {
    private final Path socket;
    private final Duration limit;

    /** Asks on this socket; an answer that takes longer than {@code limit} is a failure. */
    public ControlClient(Path socket, Duration limit) {
        this.socket = socket;
        this.limit = limit;
    }

    /** An answer. */
    public record Answer(int status, String body) {}

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
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + path + " HTTP/1.0\r\nHost: localhost\r\nContent-Length: " + content.length
                + "\r\nConnection: close\r\n\r\n";
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(content);
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return parse(talk(channel, ByteBuffer.wrap(request.toByteArray())));
        } catch (IOException e) {
            throw new Unreachable(sentence(e), e);
        }
    }

    private String sentence(IOException e) {
        if (Files.exists(socket) && !Files.isWritable(socket)) {
            return "not allowed to use " + socket + ": run it as root";
        }
        if (!Files.exists(socket)) {
            return "no Patchbay daemon is running: " + socket + " does not exist (or may not be looked at)";
        }
        return e instanceof ConnectException
                ? "no Patchbay daemon is running: nobody listens on " + socket
                : "the Patchbay daemon on " + socket + " did not answer: " + e.getMessage();
    }

    private byte[] talk(SocketChannel channel, ByteBuffer request) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        channel.configureBlocking(false);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        try (Selector selector = Selector.open()) {
            SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
            while (true) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0 || selector.select(left) == 0) {
                    throw new IOException("no complete answer within " + limit.toSeconds() + " s");
                }
                selector.selectedKeys().clear();
                if (request.hasRemaining()) {
                    channel.write(request);
                    key.interestOps(request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
                } else if (channel.read(buffer) < 0) {
                    return answer.toByteArray();
                } else {
                    answer.write(buffer.array(), 0, buffer.position());
                    buffer.clear();
                }
            }
        }
    }

    private static Answer parse(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int headEnd = text.indexOf("\r\n\r\n");
        if (headEnd < 0 || !text.matches("(?s)HTTP/1\\.[01] \\d{3}.*")) {
            throw new IOException("the answer is not HTTP");
        }
        return new Answer(Integer.parseInt(text.substring(9, 12)), text.substring(headEnd + 4));
    }
}
