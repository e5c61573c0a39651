package io.patchbay.core.link;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** Hands what {@link FakeLinks} tells to one listener on a thread of its own, as the kernel's adapter does. */
final class FakeWatch<T> implements AutoCloseable {
    private final LinkedBlockingQueue<T> queue = new LinkedBlockingQueue<>();
    private final Consumer<T> listener;
    private final Consumer<FakeWatch<T>> onClose;
    private final Thread thread;

    FakeWatch(Consumer<T> listener, Consumer<FakeWatch<T>> onClose) {
        this.listener = listener;
        this.onClose = onClose;
        this.thread = new Thread(this::run, "fake-link-watch");
        thread.setDaemon(true);
        thread.start();
    }

    void send(T told) {
        queue.add(told);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                listener.accept(queue.take());
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        onClose.accept(this);
        thread.interrupt();
    }
}
