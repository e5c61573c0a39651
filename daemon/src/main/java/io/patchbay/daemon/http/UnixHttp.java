package io.patchbay.daemon.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks an HTTP server on a unix socket one question a connection.
 * It speaks HTTP/1.0, so that the end of the connection is the end of the answer. One that is shorter than its
 * Content-Length says was cut off, and is no answer.
 */
public final class UnixHttp {
    private static final Pattern LENGTH = Pattern.compile("(?im)^Content-Length:[ \\t]*(\\d{1,18})[ \\t]*\\r?$");

    private final Path socket;
    private final int most;

    public UnixHttp(Path socket) {
        this(socket, Integer.MAX_VALUE);
    }

    /** An answer of more than {@code most} bytes is a {@link TooMuch}. */
    public UnixHttp(Path socket, int most) {
        this.socket = socket;
        this.most = most;
    }

    /** An answer. */
    public record Answer(int status, String body) {}

    /** It took longer than its limit. */
    public static final class TooSlow extends IOException {
        private static final long serialVersionUID = 1L;

        TooSlow(Duration limit) {
            super("no complete answer within " + limit.toSeconds() + " s");
        }
    }

    /** It is longer than is wanted. */
    public static final class TooMuch extends IOException {
        private static final long serialVersionUID = 1L;

        TooMuch(int most) {
            super("an answer of more than " + most + " bytes");
        }
    }

    /**
     * Sends {@code body}, JSON or nothing, and answers what came back; an answer that takes longer than {@code limit}
     * is a {@link TooSlow}.
     */
    public Answer exchange(String method, String path, String body, Duration limit) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String type = content.length == 0 ? "" : "Content-Type: application/json\r\n";
        String head = method + " " + path + " HTTP/1.0\r\nHost: localhost\r\n" + type + "Content-Length: "
                + content.length + "\r\nConnection: close\r\n\r\n";
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(content);
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return parse(talk(channel, ByteBuffer.wrap(request.toByteArray()), limit));
        }
    }

    private byte[] talk(SocketChannel channel, ByteBuffer request, Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        channel.configureBlocking(false);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        try (Selector selector = Selector.open()) {
            SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
            while (true) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0 || selector.select(left) == 0) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new IOException("interrupted while it waited for an answer");
                    }
                    throw new TooSlow(limit);
                }
                selector.selectedKeys().clear();
                if (request.hasRemaining()) {
                    channel.write(request);
                    key.interestOps(request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
                } else if (channel.read(buffer) < 0) {
                    return answer.toByteArray();
                } else if (buffer.position() > most - answer.size()) {
                    throw new TooMuch(most);
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
        Matcher length = LENGTH.matcher(text.substring(0, headEnd + 2));
        String body = text.substring(headEnd + 4);
        if (length.find() && body.getBytes(StandardCharsets.UTF_8).length < Long.parseLong(length.group(1))) {
            throw new IOException("the answer was cut off: its body is shorter than the " + length.group(1)
                    + " bytes that its Content-Length says");
        }
        return new Answer(Integer.parseInt(text.substring(9, 12)), body);
    }
}
