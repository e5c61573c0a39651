package io.patchbay.daemon.engine;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers one prepared text to whatever it is asked, and keeps what that was. */
final class EngineStub implements AutoCloseable {
    private final ServerSocketChannel server;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile String answer = "";

    EngineStub(Path socket) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        Thread thread = new Thread(this::serve, "engine-stub");
        thread.setDaemon(true);
        thread.start();
    }

    void answer(String status, String body) {
        answer = "HTTP/1.0 " + status + "\r\nContent-Type: application/json\r\n\r\n" + body;
    }

    String lastRequest() {
        return requests.get(requests.size() - 1);
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                ByteBuffer request = ByteBuffer.allocate(1 << 16);
                while (!isWhole(text(request))) {
                    if (client.read(request) < 0) {
                        break;
                    }
                }
                requests.add(text(request));
                client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
            } catch (IOException e) {
                requests.add("failed: " + e);
            }
        }
    }

    private static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate().flip()).toString();
    }

    private static boolean isWhole(String request) {
        int end = request.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        String length = request.replaceAll("(?s).*Content-Length: (\\d+).*", "$1");
        return request.length() - end - 4 >= Integer.parseInt(length);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
