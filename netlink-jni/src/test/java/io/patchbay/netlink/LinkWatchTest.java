package io.patchbay.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.link.LinkEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of a watch when the kernel refuses. */
class LinkWatchTest {
    private static final int EBADF = -9;
    private static final int ENOMEM = -12;
    private static final int ENOBUFS = -105;
    private static final int ENOPROTOOPT = -92;
    private static final int ECANCELED = -125;

    /** Answers what the test puts in; waits where there is nothing. */
    private static final class Scripted implements KernelWatch.Source {
        final BlockingQueue<Integer> opens = new LinkedBlockingQueue<>();
        final BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();
        final List<Integer> closed = new ArrayList<>();
        private int last = 100;

        @Override
        public synchronized int open() {
            Integer result = opens.poll();
            if (result != null) {
                return result;
            }
            last++;
            return 0;
        }

        @Override
        public int next(byte[] out) {
            try {
                return answers.take();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public int wake() {
            answers.add(ECANCELED);
            return 0;
        }

        @Override
        public synchronized void close() {
            closed.add(last);
        }

        @Override
        public int bytes() {
            return 1;
        }

        synchronized List<Integer> closed() {
            return List.copyOf(closed);
        }
    }

    private final Scripted source = new Scripted();
    private final BlockingQueue<LinkEvent> events = new LinkedBlockingQueue<>();

    private @Nullable LinkEvent next() throws InterruptedException {
        return events.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void itGoesOnWithAnotherSocketAfterAnError() throws Exception {
        try (KernelWatch watch = LinkWatch.open(events::add, source, 1)) {
            source.opens.addAll(List.of(ENOMEM, ENOMEM));
            source.answers.add(ENOMEM);
            watch.start();
            assertThat(next()).isEqualTo(new LinkEvent.Lost());
            assertThat(source.closed()).containsExactly(101);
            source.answers.add(EBADF);
            assertThat(next()).isEqualTo(new LinkEvent.Lost());
            assertThat(source.closed()).containsExactly(101, 102);
        }
        assertThat(source.closed()).containsExactly(101, 102, 103);
    }

    @Test
    void anOverrunKeepsItsSocket() throws Exception {
        try (KernelWatch watch = LinkWatch.open(events::add, source, 1)) {
            source.answers.add(ENOBUFS);
            watch.start();
            assertThat(next()).isEqualTo(new LinkEvent.Lost());
            assertThat(source.closed()).isEmpty();
        }
    }

    @Test
    void oneThatWaitsForASocketIsClosedAtOnce() throws Exception {
        KernelWatch watch = LinkWatch.open(events::add, source, TimeUnit.HOURS.toMillis(1));
        source.answers.add(ENOMEM);
        watch.start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (source.closed().isEmpty()) {
            assertThat(System.nanoTime() - end)
                    .as("the socket was closed within 30 s")
                    .isNegative();
            Thread.onSpinWait();
        }
        watch.close();
        assertThat(source.closed()).containsExactly(101);
        assertThat(events).isEmpty();
    }

    @Test
    void anOldKernelIsNamed() {
        source.opens.add(ENOPROTOOPT);
        assertThatExceptionOfType(PatchbayException.class)
                .isThrownBy(() -> LinkWatch.open(events::add, source, 1))
                .withMessage("cannot watch links: ENOPROTOOPT (the kernel is older than 5.0, the least that Patchbay"
                        + " works on)");
    }
}
