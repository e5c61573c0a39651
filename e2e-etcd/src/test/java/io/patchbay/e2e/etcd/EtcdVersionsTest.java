package io.patchbay.e2e.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.StatusRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.StoreContract;
import io.patchbay.store.etcd.EtcdLimits;
import io.patchbay.store.etcd.EtcdSettings;
import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import io.patchbay.store.etcd.EtcdSettings.TlsFiles;
import io.patchbay.store.etcd.EtcdStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * The contract of stores on the versions of etcd that must work. The script {@code run} beside makes the images and
 * starts the engine.
 */
@NullUnmarked
class EtcdVersionsTest {

    @Nested
    class On34 extends OnVersion {
        On34() {
            super("3.4");
        }
    }

    @Nested
    class On35 extends OnVersion {
        On35() {
            super("3.5");
        }
    }

    /** One container for all tests; each test has a part of it for itself. */
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class OnVersion extends StoreContract {
        private static final int PORT = 2379;
        /** What an answer is, not when it comes: the machine may be at work on everything else meanwhile. */
        private static final EtcdLimits GENEROUS = new EtcdLimits(
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30));

        private final String version;
        private final GenericContainer<?> etcd;
        private final AtomicInteger stores = new AtomicInteger();

        OnVersion(String version) {
            this.version = version;
            this.etcd = new GenericContainer<>(DockerImageName.parse("patchbay-etcd:" + version))
                    .withImagePullPolicy(image -> false)
                    .withExposedPorts(PORT)
                    .withCommand(
                            "--listen-client-urls=http://0.0.0.0:" + PORT,
                            "--advertise-client-urls=http://127.0.0.1:" + PORT,
                            "--data-dir=/data",
                            "--unsafe-no-fsync=true")
                    .withTmpFs(Map.of("/data", "rw"))
                    .waitingFor(Wait.forListeningPorts(PORT));
        }

        @BeforeAll
        void start() {
            etcd.start();
        }

        @AfterAll
        void stop() {
            etcd.stop();
        }

        private Endpoint endpoint() {
            return new Endpoint(etcd.getHost(), etcd.getMappedPort(PORT), false);
        }

        @Override
        protected Store open() {
            stores.incrementAndGet();
            return reopened();
        }

        private Store reopened() {
            EtcdSettings settings = new EtcdSettings(
                    List.of(endpoint()), "test-" + stores.get(), Optional.empty(), TlsFiles.NONE, GENEROUS);
            return EtcdStore.open(settings, new Random(1));
        }

        @Override
        protected Store reopen(Store open) {
            open.close();
            return reopened();
        }

        @Override
        protected void forgetHistory(Store open) {
            long revision = open.list("").revision();
            ManagedChannel channel = channel();
            try {
                KVGrpc.newBlockingStub(channel)
                        .compact(CompactionRequest.newBuilder()
                                .setRevision(revision)
                                .setPhysical(true)
                                .build());
            } finally {
                channel.shutdownNow();
            }
        }

        @Test
        void itIsThisVersion() {
            ManagedChannel channel = channel();
            try {
                assertThat(MaintenanceGrpc.newBlockingStub(channel)
                                .status(StatusRequest.getDefaultInstance())
                                .getVersion())
                        .startsWith(version + ".");
            } finally {
                channel.shutdownNow();
            }
        }

        private ManagedChannel channel() {
            return NettyChannelBuilder.forAddress(endpoint().host(), endpoint().port())
                    .usePlaintext()
                    .build();
        }
    }
}
