package io.patchbay.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.patchbay.core.testkit.Await;
import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Real members of an etcd cluster, processes of their own, each at a loopback address of its own. Needs the program
 * {@code etcd} in {@code PATH} (Debian's package {@code etcd-server}); without it tests are skipped, or fail where
 * {@code CI} is true.
 */
final class EtcdCluster implements AutoCloseable {
    private static final AtomicInteger NEXT = new AtomicInteger();

    /** Bound as long as the cluster's addresses are taken, for the others of this machine. */
    private final ServerSocket place;

    private final Path folder;
    private final String network;
    private final int size;
    private final Function<String, List<String>> options;
    private final boolean tls;
    private final @Nullable Process[] processes;
    /** How often each member was replaced by one at another address. */
    private final int[] replaced;

    private EtcdCluster(Path folder, int size, boolean tls, Function<String, List<String>> options) throws IOException {
        this.folder = folder;
        this.place = freePlace();
        String address = place.getInetAddress().getHostAddress();
        this.network = address.substring(0, address.lastIndexOf('.') + 1);
        this.size = size;
        this.tls = tls;
        this.options = options;
        this.processes = new Process[size];
        this.replaced = new int[size];
    }

    /** A running cluster of this many members that keep their files in the folder. */
    static EtcdCluster start(Path folder, int size) throws Exception {
        return start(folder, size, false, address -> List.of());
    }

    /** The same with further options for the member at each address. */
    static EtcdCluster start(Path folder, int size, boolean tls, Function<String, List<String>> options)
            throws Exception {
        needed("etcd", "etcd-server");
        EtcdCluster cluster = new EtcdCluster(folder, size, tls, options);
        try {
            for (int i = 0; i < size; i++) {
                cluster.start(i);
            }
            cluster.awaitAll();
            return cluster;
        } catch (Exception | Error e) {
            cluster.close();
            throw e;
        }
    }

    /**
     * Skips the test, or fails it where {@code CI} is true, when this program of this package of Debian's is not there.
     */
    static void needed(String program, String debianPackage) {
        boolean there = List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
        assumeTrue(
                there || "true".equals(System.getenv("CI")),
                "needs the program " + program + " (apt-get install " + debianPackage + ")");
    }

    private static ServerSocket freePlace() throws IOException {
        IOException taken = new IOException("no addresses are free");
        for (int tried = 0; tried < 63 * 254; tried++) {
            int number = NEXT.getAndIncrement() % (63 * 254);
            String address = "127." + (64 + number / 254) + "." + (1 + number % 254) + ".254";
            try {
                return new ServerSocket(2379, 1, InetAddress.getByName(address));
            } catch (BindException e) {
                taken.addSuppressed(e);
            }
        }
        throw taken;
    }

    /** Starts a member, the first time or again. */
    void start(int member) throws IOException {
        start(member, List.of());
    }

    private void start(int member, List<String> more) throws IOException {
        String scheme = tls ? "https://" : "http://";
        List<String> command = new ArrayList<>(List.of(
                "etcd",
                "--name=" + name(member),
                "--data-dir=" + folder.resolve(name(member)),
                "--listen-client-urls=" + scheme + address(member) + ":2379",
                "--advertise-client-urls=" + scheme + address(member) + ":2379",
                "--listen-peer-urls=" + peer(member),
                "--initial-advertise-peer-urls=" + peer(member),
                "--initial-cluster="
                        + IntStream.range(0, size)
                                .mapToObj(i -> name(i) + "=" + peer(i))
                                .collect(Collectors.joining(",")),
                "--unsafe-no-fsync=true",
                "--log-level=warn",
                "--logger=zap"));
        command.addAll(options.apply(address(member)));
        command.addAll(more);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(name(member) + ".log").toFile()));
        processes[member] = builder.start();
    }

    /** Removes a member for good, and adds one at another address, with another name. */
    void replace(int member) throws Exception {
        Endpoint other = endpoint((member + 1) % size);
        Stores.removeMember(other, name(member));
        kill(member);
        replaced[member]++;
        Stores.addMember(other, peer(member));
        start(member, List.of("--initial-cluster-state=existing"));
        Await.until("etcd at " + address(member), () -> connects(member));
    }

    private String name(int member) {
        return replaced[member] == 0 ? "m" + member : "m" + member + "-" + replaced[member];
    }

    private String peer(int member) {
        return "http://" + address(member) + ":2380";
    }

    /** Waits until each member's port takes connections; a member listens when it has joined. */
    void awaitAll() {
        for (int i = 0; i < size; i++) {
            int member = i;
            Await.until("etcd at " + address(member), () -> connects(member));
        }
    }

    private boolean connects(int member) {
        assertThat(process(member).isAlive())
                .as("etcd m%d runs, see %s", member, folder)
                .isTrue();
        try (Socket socket = new Socket(InetAddress.getByName(address(member)), 2379)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private String address(int member) {
        return network + (member + 1 + size * replaced[member]);
    }

    Endpoint endpoint(int member) {
        return new Endpoint(address(member), 2379, tls);
    }

    List<Endpoint> endpoints() {
        return IntStream.range(0, size).mapToObj(this::endpoint).toList();
    }

    private Process process(int member) {
        Process process = processes[member];
        if (process == null) {
            throw new IllegalStateException("member " + member + " was never started");
        }
        return process;
    }

    /** Ends a member as a crash does. */
    void kill(int member) throws InterruptedException {
        process(member).destroyForcibly();
        assertThat(process(member).waitFor(40, TimeUnit.SECONDS)).isTrue();
    }

    /** Makes a member hang. */
    void freeze(int member) throws Exception {
        signal("-STOP", member);
    }

    /** Lets a member that hung go on. */
    void thaw(int member) throws Exception {
        signal("-CONT", member);
    }

    private void signal(String signal, int member) throws Exception {
        Process kill = new ProcessBuilder(
                        "kill", signal, String.valueOf(process(member).pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).isZero();
    }

    int size() {
        return size;
    }

    @Override
    public void close() {
        for (Process process : processes) {
            if (process != null) {
                process.destroyForcibly();
            }
        }
        for (Process process : processes) {
            try {
                if (process != null && !process.waitFor(40, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("etcd with pid " + process.pid() + " does not end");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        try {
            place.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
