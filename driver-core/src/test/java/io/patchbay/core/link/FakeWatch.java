package io.patchbay.core.link;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** Hands events of {@link FakeLinks} to one listener on a thread of its own, as the kernel's adapter does. */
final class FakeWatch implements AutoCloseable {
    private final LinkedBlockingQueue<LinkEvent> queue = new LinkedBlockingQueue<>();
    private final Consumer<LinkEvent> listener;
    private final Consumer<FakeWatch> onClose;
    private final Thread thread;

    FakeWatch(Consumer<LinkEvent> listener, Consumer<FakeWatch> onClose) {
        this.listener = listener;
        this.onClose = onClose;
        this.thread = new Thread(this::run, "fake-link-watch");
        thread.setDaemon(true);
        thread.start();
    }

    void send(LinkEvent event) {
        queue.add(event);
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
