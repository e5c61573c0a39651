package io.patchbay.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.AuthEnableRequest;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthRoleAddRequest;
import io.etcd.jetcd.api.AuthRoleGrantPermissionRequest;
import io.etcd.jetcd.api.AuthUserAddRequest;
import io.etcd.jetcd.api.AuthUserGrantRoleRequest;
import io.etcd.jetcd.api.Permission;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Await;
import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import io.patchbay.store.etcd.EtcdSettings.TlsFiles;
import io.patchbay.store.etcd.EtcdSettings.User;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lets a store into etcd, and what it says when something does not: one sentence with endpoint and reason. */
@NullUnmarked
class EtcdAccessTest {
    /** The limit of a call, on a machine that takes four times as long for everything. */
    private static final Duration BOUND = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void nobodyListens() throws Exception {
        Endpoint endpoint = new Endpoint("127.0.0.1", freePort(), false);
        assertSays(List.of(endpoint), "etcd cannot be used: " + endpoint + ": connection refused");
    }

    private static int freePort() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return taken.getLocalPort();
        }
    }

    @Test
    void theNameIsUnknown() {
        Endpoint endpoint = new Endpoint("no-such-host.invalid", 2379, false);
        assertSays(List.of(endpoint), "etcd cannot be used: " + endpoint + ": its name cannot be resolved");
    }

    @Test
    void somebodyListensAndSaysNothing() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Endpoint endpoint = new Endpoint("127.0.0.1", mute.getLocalPort(), false);
            String said = said(store(List.of(endpoint), Optional.empty(), TlsFiles.NONE));
            assertThat(said).matches("etcd cannot be used: " + endpoint + ": no connection within [0-9.]+ s");
        }
    }

    @Test
    void somebodyElseListens() throws Exception {
        try (ServerSocket web = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> answerAll(web), "web");
            server.setDaemon(true);
            server.start();
            Endpoint endpoint = new Endpoint("127.0.0.1", web.getLocalPort(), false);
            assertSays(List.of(endpoint), "etcd cannot be used: " + endpoint + ": it does not speak etcd's protocol");
        }
    }

    private static void answerAll(ServerSocket web) {
        try {
            while (true) {
                try (Socket client = web.accept()) {
                    client.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                    client.shutdownOutput();
                    client.getInputStream().readAllBytes();
                }
            }
        } catch (IOException e) {
            // closed by the test
            assertThat(web.isClosed()).isTrue();
        }
    }

    @Test
    void tlsWhereThereIsNone() throws Exception {
        try (EtcdCluster etcd = EtcdCluster.start(folder, 1)) {
            Endpoint plain = etcd.endpoint(0);
            Endpoint secured = new Endpoint(plain.host(), plain.port(), true);
            assertSays(
                    List.of(secured),
                    "etcd cannot be used: " + secured + ": it closes each new connection; should it be http://?");
        }
    }

    @Test
    void withCertificatesOnBothSides() throws Exception {
        Certificates ours = new Certificates(folder, "ours");
        Certificates theirs = new Certificates(folder, "theirs");
        try (EtcdCluster etcd = EtcdCluster.start(folder, 1, true, address -> serverOptions(ours, address))) {
            Endpoint endpoint = etcd.endpoint(0);
            ours.sign("client", "127.0.0.1");
            theirs.sign("client", "127.0.0.1");
            TlsFiles good = files(ours, ours);
            try (Store store = store(List.of(endpoint), Optional.empty(), good)) {
                // the JVM's first handshake takes long on a busy machine
                Await.until("contact", () -> store.health().connected());
                store.commit(Transaction.builder().put("a", Value.of("1")).build());
                assertThat(store.get("a")).isPresent();
            }
            String start = "etcd cannot be used: " + endpoint + ": ";
            assertThat(saidInTheEnd(store(List.of(endpoint), Optional.empty(), TlsFiles.NONE)))
                    .isEqualTo(start + "its certificate is not signed by a CA this JVM knows; set --etcd-ca");
            assertThat(saidInTheEnd(store(List.of(endpoint), Optional.empty(), files(theirs, ours))))
                    .isEqualTo(start + "its certificate is not signed by the CA of --etcd-ca");
            assertThat(saidInTheEnd(store(List.of(endpoint), Optional.empty(), files(ours, theirs))))
                    .isEqualTo(start + "it does not accept the certificate of --etcd-cert");
            TlsFiles none = new TlsFiles(Optional.of(ours.ca()), Optional.empty(), Optional.empty());
            assertThat(saidInTheEnd(store(List.of(endpoint), Optional.empty(), none)))
                    .isEqualTo(start + "it wants a client's certificate; set --etcd-cert and --etcd-key");
            Endpoint plain = new Endpoint(endpoint.host(), endpoint.port(), false);
            assertThat(saidInTheEnd(store(List.of(plain), Optional.empty(), TlsFiles.NONE)))
                    .isEqualTo("etcd cannot be used: " + plain
                            + ": it closes each new connection; should it be https://?");
        }
    }

    @Test
    void theCertificateIsForAnotherAddress() throws Exception {
        Certificates ours = new Certificates(folder, "ours").sign("client", "127.0.0.1");
        try (EtcdCluster etcd = EtcdCluster.start(folder, 1, true, address -> serverOptions(ours, "127.0.0.1"))) {
            Endpoint endpoint = etcd.endpoint(0);
            assertThat(saidInTheEnd(store(List.of(endpoint), Optional.empty(), files(ours, ours))))
                    .startsWith("etcd cannot be used: " + endpoint + ": its certificate is not good for it: ")
                    .contains(endpoint.host());
        }
    }

    @Test
    void filesThatAreNoCertificatesAreRefusedAtOnce() throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "no certificate");
        List<Endpoint> endpoints = List.of(new Endpoint("127.0.0.1", 1, true));
        TlsFiles noCa = new TlsFiles(Optional.of(text), Optional.empty(), Optional.empty());
        TlsFiles noPair = new TlsFiles(Optional.empty(), Optional.of(text), Optional.of(text));
        TlsFiles absent = new TlsFiles(Optional.of(folder.resolve("absent")), Optional.empty(), Optional.empty());
        assertRefused(endpoints, noCa, "etcd-ca = \"" + text + "\" has no certificate in PEM");
        assertRefused(endpoints, noPair, "must be a certificate and its key in PEM");
        assertRefused(endpoints, absent, "must be a file that can be read");
    }

    private void assertRefused(List<Endpoint> endpoints, TlsFiles files, String words) {
        PatchbayException failure =
                catchThrowableOfType(PatchbayException.class, () -> store(endpoints, Optional.empty(), files));
        assertThat(failure).hasMessageContaining(words);
        assertThat(failure.kind()).isEqualTo(Kind.INVALID);
    }

    @Test
    void filesThatWereReplacedInPlaceAreReadForTheNextConnection() throws Exception {
        Certificates old = new Certificates(folder, "old").sign("client", "127.0.0.1");
        Certificates fresh = new Certificates(folder, "fresh").sign("client", "127.0.0.1");
        AtomicReference<Certificates> theirs = new AtomicReference<>(old);
        TlsFiles files = new TlsFiles(
                Optional.of(folder.resolve("ca.pem")),
                Optional.of(folder.resolve("cert.pem")),
                Optional.of(folder.resolve("key.pem")));
        copy(old, files);
        try (EtcdCluster etcd = EtcdCluster.start(folder, 1, true, address -> serverOptions(theirs.get(), address));
                Store store = store(List.of(etcd.endpoint(0)), Optional.empty(), files)) {
            Await.until("contact", () -> store.health().connected());
            etcd.kill(0);
            theirs.set(fresh);
            etcd.start(0);
            awaitProblem(store, "its certificate is not signed by the CA of --etcd-ca");
            Files.writeString(files.ca().orElseThrow(), "half written");
            awaitProblem(store, "etcd-ca = \"" + files.ca().orElseThrow() + "\" has no certificate in PEM");
            copy(fresh, files);
            Await.until("contact by the new ones", () -> store.health().connected());
            assertThat(store.get("a")).isEmpty();
        }
    }

    private static void copy(Certificates from, TlsFiles to) throws IOException {
        Files.copy(from.ca(), to.ca().orElseThrow(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(from.certificate("client"), to.certificate().orElseThrow(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(from.key("client"), to.key().orElseThrow(), StandardCopyOption.REPLACE_EXISTING);
    }

    private static void awaitProblem(Store store, String words) {
        Await.until(
                words,
                () -> store.health().problem().filter(p -> p.endsWith(words)).isPresent());
    }

    @Test
    void aFullDatabaseRefusesWritesAndIsNotAway() throws Exception {
        try (EtcdCluster etcd =
                        EtcdCluster.start(folder, 1, false, address -> List.of("--quota-backend-bytes=4194304"));
                Store store = store(etcd.endpoints(), Optional.empty(), TlsFiles.NONE)) {
            Await.until("contact", () -> store.health().connected());
            PatchbayException full = catchThrowableOfType(PatchbayException.class, () -> fill(store));
            assertThat(full.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(full)
                    .hasMessage("etcd cannot be used: " + etcd.endpoint(0)
                            + ": its database is full and takes no more writes (etcd's alarm NOSPACE);"
                            + " nothing was applied");
            assertThat(store.health().connected()).isTrue();
            assertThat(store.get("0")).isPresent();
        }
    }

    private static void fill(Store store) {
        Value large = Value.of("x".repeat(500_000));
        for (int i = 0; i < 100; i++) {
            store.commit(Transaction.builder().put(String.valueOf(i), large).build());
        }
    }

    @Test
    void withUsersAndPasswords() throws Exception {
        try (EtcdCluster etcd = EtcdCluster.start(folder, 1)) {
            Endpoint endpoint = etcd.endpoint(0);
            String start = "etcd cannot be used: " + endpoint + ": ";
            assertThat(saidInTheEnd(store(List.of(endpoint), user("patchbay", "secret"), TlsFiles.NONE)))
                    .isEqualTo(start + "it has no users, so --etcd-user and --etcd-password-file must not be set");
            enableUsers(endpoint);
            try (Store store = store(List.of(endpoint), user("patchbay", "secret"), TlsFiles.NONE)) {
                store.commit(Transaction.builder().put("a", Value.of("1")).build());
                assertThat(store.list("").entries()).hasSize(1);
                // a token that etcd no longer knows is replaced, here because etcd lost all of them
                etcd.kill(0);
                etcd.start(0);
                etcd.awaitAll();
                Await.until("a new login", () -> store.health().connected() && readable(store));
            }
            assertThat(saidInTheEnd(store(List.of(endpoint), user("patchbay", "wrong"), TlsFiles.NONE)))
                    .isEqualTo(start + "the user patchbay or its password is wrong");
            assertThat(saidInTheEnd(store(List.of(endpoint), user("guest", "secret"), TlsFiles.NONE)))
                    .isEqualTo(start + "the user guest may not read and write /patchbay/v1/default/");
            assertThat(saidInTheEnd(store(List.of(endpoint), Optional.empty(), TlsFiles.NONE)))
                    .isEqualTo(start + "it wants a user; set --etcd-user and --etcd-password-file");
            Optional<User> noFile = Optional.of(new User("patchbay", folder.resolve("absent")));
            assertThat(saidInTheEnd(store(List.of(endpoint), noFile, TlsFiles.NONE)))
                    .isEqualTo(start + "the password of user patchbay cannot be read from " + folder.resolve("absent"));
        }
    }

    private static boolean readable(Store store) {
        try {
            return store.get("a").isPresent();
        } catch (PatchbayException e) {
            return false;
        }
    }

    static void enableUsers(Endpoint endpoint) {
        Stores.with(endpoint, channel -> {
            AuthGrpc.AuthBlockingStub auth = AuthGrpc.newBlockingStub(channel);
            for (String name : List.of("root", "patchbay", "guest")) {
                auth.userAdd(AuthUserAddRequest.newBuilder()
                        .setName(name)
                        .setPassword("secret")
                        .build());
            }
            auth.roleAdd(AuthRoleAddRequest.newBuilder().setName("root").build());
            auth.roleAdd(AuthRoleAddRequest.newBuilder().setName("hosts").build());
            auth.roleGrantPermission(AuthRoleGrantPermissionRequest.newBuilder()
                    .setName("hosts")
                    .setPerm(Permission.newBuilder()
                            .setPermType(Permission.Type.READWRITE)
                            .setKey(ByteString.copyFromUtf8("/patchbay/"))
                            .setRangeEnd(ByteString.copyFromUtf8("/patchbay0")))
                    .build());
            auth.userGrantRole(AuthUserGrantRoleRequest.newBuilder()
                    .setUser("root")
                    .setRole("root")
                    .build());
            auth.userGrantRole(AuthUserGrantRoleRequest.newBuilder()
                    .setUser("patchbay")
                    .setRole("hosts")
                    .build());
            auth.authEnable(AuthEnableRequest.newBuilder().build());
        });
    }

    private Optional<User> user(String name, String password) throws Exception {
        Path file = Files.writeString(folder.resolve(name + "-" + password), password + "\n");
        return Optional.of(new User(name, file));
    }

    private static TlsFiles files(Certificates server, Certificates client) {
        return new TlsFiles(
                Optional.of(server.ca()), Optional.of(client.certificate("client")), Optional.of(client.key("client")));
    }

    static List<String> serverOptions(Certificates ca, String address) {
        try {
            ca.sign("server", address);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return List.of(
                "--cert-file=" + ca.certificate("server"),
                "--key-file=" + ca.key("server"),
                "--trusted-ca-file=" + ca.ca(),
                "--client-cert-auth=true");
    }

    private static EtcdStore store(List<Endpoint> endpoints, Optional<User> user, TlsFiles files) {
        return EtcdStore.open(new EtcdSettings(endpoints, "default", user, files, Stores.LIMITS), new Random(1));
    }

    private static void assertSays(List<Endpoint> endpoints, String sentence) {
        assertThat(saidInTheEnd(store(endpoints, Optional.empty(), TlsFiles.NONE)))
                .isEqualTo(sentence);
    }

    /** Why this store cannot be read, told within the bound, by the call and by the store's health. */
    private static String said(EtcdStore store) {
        try (store) {
            return told(store);
        }
    }

    /** The same where there is more to say than that it takes long, as a handshake may on a busy machine. */
    private static String saidInTheEnd(EtcdStore store) {
        AtomicReference<String> last = new AtomicReference<>("");
        try (store) {
            Await.until("a reason", () -> {
                last.set(told(store));
                return !last.get().matches(".*: no (connection|answer) within .*");
            });
        }
        return last.get();
    }

    private static String told(EtcdStore store) {
        long start = System.nanoTime();
        PatchbayException failure = catchThrowableOfType(PatchbayException.class, () -> store.list(""));
        assertThat(failure).as("the failure of a call").isNotNull();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(store.health().connected()).isFalse();
        assertThat(store.health().problem())
                .hasValueSatisfying(problem -> assertThat(problem).startsWith("etcd cannot be used: "));
        return failure.getMessage();
    }
}
