package io.patchbay.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** etcd with certificates and users: it works, and what is wrong is said in one sentence wherever somebody looks. */
@InLab({"--etcd-tls", "--etcd-auth"})
final class EtcdAccessTest {
    private static final String ENDPOINT = "https://10.77.0.11:2379";
    private static final Duration STARTS = Duration.ofSeconds(20);

    private final Lab lab;
    private final Host host;
    private final Docker docker;

    EtcdAccessTest(Lab lab) {
        this.lab = lab;
        this.host = lab.host(1);
        this.docker = host.docker();
    }

    @Test
    void aDaemonWithCertificateAndPasswordServes() {
        docker.lan("lan");
        docker.sleeper("c1", "lan");
        host.restart("patchbay", true);
        docker.sleeper("c2", "lan");
        lab.ports().assertAsEnginesKnow();
        assertThat(lab.etcd().keys()).anyMatch(key -> key.startsWith("endpoints/h1/"));
    }

    @Test
    void aWrongPasswordIsNamed() {
        withFiles(Map.of("etcd-password", "wrong"), () -> assertSaidEverywhere("patchbay", "password"));
    }

    @Test
    void aCertificateThatEtcdDoesNotTrustIsNamed() {
        withFiles(
                Map.of("tls/client.pem", read("tls/other-client.pem"), "tls/client.key", read("tls/other-client.key")),
                () -> assertSaidEverywhere("certificate"));
    }

    @Test
    void anAuthorityThatDidNotSignEtcdsCertificateIsNamed() {
        withFiles(Map.of("tls/ca.pem", read("tls/other-ca.pem")), () -> assertSaidEverywhere("certificate"));
    }

    @Test
    void anEndpointWhereNobodyListensIsNamed() {
        host.end("etcd", false);
        try {
            assertSaidEverywhere("connection refused");
        } finally {
            host.start("etcd");
            host.patchbay().awaitReady(STARTS);
        }
    }

    /**
     * In the log, in /readyz, in doctor and in Docker's answer: the endpoint and the words of the reason, in one line.
     */
    private void assertSaidEverywhere(String... words) {
        host.end("patchbay", false);
        host.start("patchbay");
        Await.until(
                "/readyz says it",
                STARTS,
                () -> host.patchbay().readiness().status() == 503
                        && isSaid(host.patchbay().readiness().body(), words),
                () -> host.patchbay().readiness().toString());
        Await.until("the log says it", STARTS, () -> isSaid(host.daemonLog(), words), host::daemonLog);
        var doctor = host.on("patchbay", "doctor");
        assertThat(doctor.exit()).isEqualTo(1);
        assertThat(isSaid(doctor.out(), words)).as("doctor says it: %s", doctor).isTrue();
        var create = docker.run(Docker.creation("lan", "--subnet", Lab.SUBNET));
        assertThat(create.exit()).isNotZero();
        assertThat(isSaid(create.err(), words)).as("docker says it: %s", create).isTrue();
    }

    private static boolean isSaid(String text, String... words) {
        return text.lines()
                .anyMatch(line ->
                        line.contains(ENDPOINT) && List.of(words).stream().allMatch(line::contains));
    }

    private Path file(String name) {
        return host.folder().resolveSibling(name);
    }

    private String read(String name) {
        try {
            return Files.readString(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String name, String text) {
        try {
            Files.writeString(file(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does something while files say something else; the daemon serves again afterwards. */
    private void withFiles(Map<String, String> texts, Runnable action) {
        Map<String, String> before = new TreeMap<>();
        texts.keySet().forEach(name -> before.put(name, read(name)));
        texts.forEach(this::write);
        try {
            action.run();
        } finally {
            before.forEach(this::write);
            host.end("patchbay", true);
            host.start("patchbay");
            host.patchbay().awaitReady(STARTS);
        }
    }
}
