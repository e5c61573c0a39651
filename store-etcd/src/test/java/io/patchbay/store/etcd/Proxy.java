package io.patchbay.store.etcd;

import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Something between a store and a member of etcd that can be cut: then nothing passes, and nobody is told. */
final class Proxy implements AutoCloseable {
    private final ServerSocket server;
    private final Endpoint to;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Object gate = new Object();
    private final AtomicInteger connections = new AtomicInteger();
    private boolean cut;

    Proxy(Endpoint to) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.to = to;
        thread(this::accept);
    }

    Endpoint endpoint() {
        return new Endpoint("127.0.0.1", server.getLocalPort(), false);
    }

    void cut() {
        synchronized (gate) {
            cut = true;
        }
    }

    void mend() {
        synchronized (gate) {
            cut = false;
            gate.notifyAll();
        }
    }

    /** How many connections were made to it so far. */
    int connections() {
        return connections.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket here = server.accept();
                connections.incrementAndGet();
                sockets.add(here);
                thread(() -> join(here));
            }
        } catch (IOException e) {
            // closed
            sockets.forEach(Proxy::end);
        }
    }

    private void join(Socket here) {
        try {
            passable();
            Socket there = new Socket(to.host(), to.port());
            sockets.add(there);
            thread(() -> pass(here, there));
            pass(there, here);
        } catch (IOException | InterruptedException e) {
            end(here);
        }
    }

    private void pass(Socket from, Socket into) {
        byte[] bytes = new byte[8192];
        try (from;
                into) {
            InputStream in = from.getInputStream();
            OutputStream out = into.getOutputStream();
            int count = in.read(bytes);
            while (count >= 0) {
                passable();
                out.write(bytes, 0, count);
                count = in.read(bytes);
            }
        } catch (IOException | InterruptedException e) {
            // the other direction has ended it
            end(into);
        }
    }

    private void passable() throws InterruptedException {
        synchronized (gate) {
            while (cut) {
                gate.wait();
            }
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        mend();
        sockets.forEach(Proxy::end);
    }
}
