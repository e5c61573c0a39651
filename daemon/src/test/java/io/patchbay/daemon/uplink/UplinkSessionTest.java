package io.patchbay.daemon.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person who sits behind ssh has of it: a session that goes on. */
class UplinkSessionTest {
    private static final int ROUNDS = Integer.getInteger("patchbay.uplink.rounds", 5);
    private static final Duration PACE = Duration.ofMillis(5);

    @TempDir
    private Path folder;

    @Test
    void aSessionThroughTheNicGoesOn() throws Exception {
        try (Namespaces lan = Namespaces.open();
                ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName(Namespaces.OWN))) {
            // what is typed on the peer's side comes back from there
            Process shell = lan.builderOnPeer(
                            "exec 3<>/dev/tcp/" + Namespaces.OWN + "/" + server.getLocalPort() + "; exec cat <&3 >&3")
                    .start();
            try (Socket session = server.accept()) {
                session.setTcpNoDelay(true);
                session.setSoTimeout(40_000);
                talkThrough(session);
            } finally {
                shell.destroyForcibly();
            }
        }
    }

    private void talkThrough(Socket session) throws IOException, InterruptedException {
        AtomicInteger echoed = new AtomicInteger();
        AtomicInteger longest = new AtomicInteger();
        AtomicReference<Exception> failure = new AtomicReference<>();
        Thread typing = new Thread(() -> type(session, echoed, longest, failure), "typing");
        typing.start();
        Await.until("the session", () -> echoed.get() > 0);
        long before = retransmitted();
        for (int round = 0; round < ROUNDS; round++) {
            takeAndRelease(echoed, failure);
        }
        typing.interrupt();
        typing.join();
        assertThat(failure.get()).isNull();
        System.out.printf(
                "%d take-overs and releases: %d characters echoed, %d segments sent again, longest wait %d ms%n",
                ROUNDS, echoed.get(), retransmitted() - before, longest.get());
    }

    private void takeAndRelease(AtomicInteger echoed, AtomicReference<Exception> failure) {
        Uplink uplink = new Uplink(
                HostKernel.of(System.getenv().getOrDefault("PATH", "")),
                new Journal(folder.resolve("uplink")),
                Host.here(),
                new HostConfig(folder.resolve("root"), ""),
                trial -> {},
                sentence -> {});
        Look look = uplink.look(Duration.ofSeconds(40));
        Picture nic = uplink.pictures().read("eth0").orElseThrow();
        uplink.attempt(
                uplink.prepare(Trial.Kind.TAKE, Plan.take(nic, "br0"), nic, "eui64"),
                look,
                List.of(new Look.Target("gateway", Namespaces.GATEWAY, 0)),
                Duration.ofMinutes(1));
        uplink.keep();
        goesOn(echoed, failure);
        Picture bridge = uplink.pictures().read("br0").orElseThrow();
        uplink.attempt(
                uplink.prepare(Trial.Kind.RELEASE, Plan.release(bridge, "eth0", "eui64"), bridge, "eui64"),
                look,
                List.of(new Look.Target("gateway", Namespaces.GATEWAY, 0)),
                Duration.ofMinutes(1));
        uplink.keep();
        goesOn(echoed, failure);
    }

    private static void goesOn(AtomicInteger echoed, AtomicReference<Exception> failure) {
        int now = echoed.get();
        Await.until("an echo", () -> echoed.get() > now || failure.get() != null);
    }

    private static void type(
            Socket session, AtomicInteger echoed, AtomicInteger longest, AtomicReference<Exception> failure) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long typed = System.nanoTime();
                session.getOutputStream().write('x');
                if (session.getInputStream().read() != 'x') {
                    throw new IOException("the session ended");
                }
                longest.accumulateAndGet((int) ((System.nanoTime() - typed) / 1_000_000), Math::max);
                echoed.incrementAndGet();
                LockSupport.parkNanos(PACE.toNanos());
            }
        } catch (IOException e) {
            failure.set(e);
        }
    }

    /** Segments of TCP that this namespace had to send again. */
    private static long retransmitted() throws IOException {
        List<String> tcp = Files.readAllLines(Path.of("/proc/self/net/snmp")).stream()
                .filter(line -> line.startsWith("Tcp:"))
                .toList();
        int column = List.of(tcp.get(0).split(" ", -1)).indexOf("RetransSegs");
        return Long.parseLong(tcp.get(1).split(" ", -1)[column]);
    }
}
