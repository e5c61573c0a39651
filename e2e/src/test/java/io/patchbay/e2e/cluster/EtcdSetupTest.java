package io.patchbay.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Three members, set up by {@code patchbay etcd} with kill -9 between its steps: daemons are served, containers on the
 * LAN are not.
 */
final class EtcdSetupTest {
    private static final Duration STARTS = Duration.ofSeconds(20);
    private static final String OWN = "/etc/patchbay/etcd/";
    private static final String DATA = "/var/lib/etcd/patchbay";
    private static final String SETTINGS = "/etc/patchbay/patchbay.properties";

    private static Lab lab;
    private static Path folder;

    @BeforeAll
    static void setUp() throws IOException {
        lab = Lab.up(3, List.of("--etcd", "0", "--no-patchbay"));
        folder = Files.createDirectory(lab.directory().resolve("setup"));
        Host first = lab.host(1);
        killedAt("install", DATA, first, "init", "--address", first.address());
        withDeadly("sleep", "", first, "init", "--address", first.address());
        killedAt("install", DATA, first, "init", "--address", first.address());
        etcd(first, "init", "--address", first.address(), "--write").ok();
        etcd(lab.host(2), "join", invite(2), "--write").ok();
        etcd(lab.host(3), "join", invite(3, "--client-only"), "--write").ok();
        assertThat(etcd(lab.host(3), "status").text())
                .contains(endpoint(1), endpoint(2))
                .doesNotContain(endpoint(3));
        killedAt("chmod", OWN + "member.key", lab.host(3), "join", invite(3));
        killedAt("install", DATA, lab.host(3), "join", invite(3));
        // what waits for etcd's start, or for the other members, hardly ever need not wait
        withDeadly("sleep", "", lab.host(3), "join", invite(3));
        killedAt("install", " /etc/patchbay", lab.host(3), "join", invite(3), "--write");
        etcd(lab.host(3), "join", invite(3), "--write").ok();
        etcd(first, "status", "--write").ok();
        for (Host host : lab.hosts()) {
            host.start("patchbay", "--store", store(host), "--state-dir", host.folder() + "/patchbay");
            host.patchbay().awaitReady(STARTS);
        }
        lab.lanEverywhere("lan");
    }

    @AfterAll
    static void tearDown() {
        if (lab != null) {
            lab.close();
        }
    }

    private static Command.Result etcd(Host host, String... words) {
        return host.on(
                Stream.concat(Stream.of("patchbay", "etcd"), Stream.of(words)).toArray(String[]::new));
    }

    /** A fresh invitation of that host. */
    private static String invite(int number, String... more) {
        String file = folder.resolve(number + ".tar").toString();
        List<String> words =
                new ArrayList<>(List.of("invite", "--address", lab.host(number).address(), "--out", file));
        words.addAll(List.of(more));
        assertThat(etcd(lab.host(1), words.toArray(String[]::new)).text()).contains("It is a secret");
        return file;
    }

    /** The command is killed when it calls that program with these words. */
    private static void killedAt(String program, String arguments, Host host, String... words) throws IOException {
        Command.Result killed = withDeadly(program, arguments, host, words);
        assertThat(killed.exit()).as("%s", killed).isEqualTo(137);
    }

    private static Command.Result withDeadly(String program, String arguments, Host host, String... words)
            throws IOException {
        return with("kill -9 $PPID", program, arguments, host, words);
    }

    /** That program does something else when it is called with these words. */
    private static Command.Result with(String deed, String program, String arguments, Host host, String... words)
            throws IOException {
        Path deadly = Files.createTempDirectory(folder, "deadly");
        Path script = deadly.resolve(program);
        Files.writeString(
                script,
                "#!/bin/sh\ncase \"$*\" in *'%s') %s ;; esac\nexec /usr/bin/%s \"$@\"\n"
                        .formatted(arguments, deed, program));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return host.on(Stream.concat(
                        Stream.of("sh", "-c", "PATH=" + deadly + ":$PATH; exec patchbay etcd \"$@\"", "sh"),
                        Stream.of(words))
                .toArray(String[]::new));
    }

    private static String store(Host host) {
        return host.on("sed", "-n", "s/^store=//p", SETTINGS).text();
    }

    private static String endpoint(int host) {
        return "https://" + lab.host(host).address() + ":2379";
    }

    /** etcdctl on a host, with the certificate of that name. */
    private static Command.Result ctl(Host host, String certificate, String... words) {
        return host.on(Stream.concat(
                        Stream.of(
                                "env",
                                "ETCDCTL_API=3",
                                "etcdctl",
                                "--endpoints=" + endpoint(1),
                                "--cacert=" + OWN + "ca.pem",
                                "--cert=" + OWN + certificate + ".pem",
                                "--key=" + OWN + certificate + ".key"),
                        Stream.of(words))
                .toArray(String[]::new));
    }

    @Test
    void containersOfAllHostsAreOnTheLan() {
        for (Host host : lab.hosts()) {
            host.docker().sleeper("c" + host.number(), "lan");
            lab.assertReachable(host.docker().ip("c" + host.number(), "lan"));
        }
    }

    @Test
    void allMembersAreKnownAndWell() {
        String status = etcd(lab.host(3), "status").text();
        assertThat(status.lines().filter(line -> line.contains("healthy"))).hasSize(3);
        assertThat(status).containsOnlyOnce("leader").contains(endpoint(1), endpoint(2), endpoint(3));
        for (Host host : lab.hosts()) {
            // the second one joined before there was a third
            List<Integer> members = host.number() == 2 ? List.of(1, 2) : List.of(1, 2, 3);
            members.forEach(member -> assertThat(store(host)).contains(endpoint(member)));
        }
    }

    @Test
    void aContainerGetsIntoNoPortOfEtcd() {
        Host host = lab.host(1);
        host.docker().sleeper("intruder", "lan");
        lab.assertReachable(host.docker().ip("intruder", "lan"));
        String pid = host.docker().ok("inspect", "-f", "{{.State.Pid}}", "intruder");
        String claims = ctl(host, "client", "get", "--prefix", "--keys-only", "/patchbay/v1/default/claims")
                .text();
        assertThat(claims).contains(host.docker().ip("intruder", "lan"));
        for (String port : List.of("2379", "2380")) {
            for (String scheme : List.of("http", "https")) {
                String endpoint = scheme + "://" + host.address() + ":" + port;
                String delete = "etcdctl --insecure-skip-tls-verify --command-timeout=2s --endpoints=" + endpoint
                        + " del --prefix /patchbay/";
                assertThat(inContainer(host, pid, delete).exit()).as(delete).isNotZero();
                for (String verb : List.of("range", "put", "deleterange")) {
                    String call =
                            "curl -sSfk --max-time 10 --noproxy * -d {\"key\":\"AA==\"} " + endpoint + "/v3/kv/" + verb;
                    assertThat(inContainer(host, pid, call).exit()).as(call).isNotZero();
                }
            }
        }
        assertThat(ctl(host, "client", "get", "--prefix", "--keys-only", "/patchbay/v1/default/claims")
                        .text())
                .contains(host.docker().ip("intruder", "lan"));
    }

    /** With the host's programs in the container's network. */
    private static Command.Result inContainer(Host host, String pid, String command) {
        return host.on(Stream.concat(
                        Stream.of("nsenter", "-t", pid, "-n", "env", "ETCDCTL_API=3"), Stream.of(command.split(" ")))
                .toArray(String[]::new));
    }

    @Test
    void theDaemonsCertificateIsOfUseForItsOwnPartOnly() {
        Host host = lab.host(2);
        assertThat(ctl(host, "client", "get", "/patchbay/v1/default/schema").text())
                .isNotEmpty();
        for (String words : List.of("put /other 1", "get /other", "del --prefix /", "user list", "auth disable")) {
            Command.Result refused = ctl(host, "client", words.split(" "));
            assertThat(refused.exit()).as("%s", refused).isNotZero();
            assertThat(refused.err()).contains("permission denied");
        }
        assertThat(atPeersPort(lab.host(3), "member").exit()).isZero();
        assertThat(atPeersPort(lab.host(3), "client").exit()).isNotZero();
        assertThat(ctl(lab.host(3), "member", "get", "--prefix", "/patchbay/").exit())
                .isNotZero();
    }

    @Test
    void membersAreRemovedWhileTheOthersCanDecideAndComeBack() {
        Host first = lab.host(1);
        lab.host(3).on("/etc/init.d/etcd", "stop").ok();
        assertThat(etcd(first, "remove", "h2").err())
                .isEqualTo("patchbay: member = \"h2\": must leave a majority that is well, and of the 2 that remain 1"
                        + " answer (not: h3); bring these back first");
        etcd(lab.host(3), "join", invite(3)).ok();
        assertThat(etcd(first, "remove", "h1").err()).contains("must be another host's");
        assertThat(etcd(first, "remove", "h9").err()).contains("must be the name of a member, or its id; there are");
        etcd(first, "remove", "h2").ok();
        assertThat(etcd(first, "status").text()).doesNotContain(endpoint(2));
        etcd(lab.host(2), "join", invite(2)).ok();
        etcd(lab.host(2), "remove", "h1").ok();
        etcd(first, "init", "--address", first.address()).ok();
        assertThat(etcd(lab.host(3), "status").text().lines().filter(line -> line.contains("healthy")))
                .hasSize(3);
        first.docker().sleeper("afterwards", "lan");
        lab.assertReachable(first.docker().ip("afterwards", "lan"));
    }

    @Test
    void aFullDiskLeavesTheDaemonsSettingsAsTheyWere() throws IOException {
        Host host = lab.host(2);
        host.on("sed", "-i", "s/^store=.*/store=etcd:other/", SETTINGS).ok();
        String before = host.on("cat", SETTINGS).text();
        assertThat(with("exit 1", "awk", SETTINGS, host, "status", "--write").err())
                .contains(SETTINGS + " cannot be written, and is as it was");
        assertThat(host.on("cat", SETTINGS).text()).isEqualTo(before);
        etcd(host, "status", "--write").ok();
        assertThat(store(host)).contains(endpoint(1));
    }

    @Test
    void aDamagedInvitationChangesNothing() throws IOException {
        byte[] whole = Files.readAllBytes(Path.of(invite(2)));
        Path part = Files.write(folder.resolve("part.tar"), Arrays.copyOf(whole, whole.length / 4));
        String before = lab.host(2).on("sh", "-c", "cat " + OWN + "*").text();
        assertThat(etcd(lab.host(2), "join", part.toString()).err())
                .contains("must be as 'patchbay etcd invite' has made it, and is damaged or was changed");
        assertThat(lab.host(2).on("sh", "-c", "cat " + OWN + "*").text()).isEqualTo(before);
    }

    private static Command.Result atPeersPort(Host host, String certificate) {
        return host.on(
                "curl",
                "-sSf",
                "--http1.1",
                "--max-time",
                "10",
                "--noproxy",
                "*",
                "--cacert",
                OWN + "ca.pem",
                "--cert",
                OWN + certificate + ".pem",
                "--key",
                OWN + certificate + ".key",
                "https://" + lab.host(1).address() + ":2380/members");
    }

    @Test
    void certificatesAreRenewedWhileAllGoesOn() throws IOException {
        String before = lab.host(1).on("cat", OWN + "client.pem").text();
        etcd(lab.host(1), "renew").ok();
        assertThat(lab.host(1).on("cat", OWN + "client.pem").text()).isNotEqualTo(before);
        etcd(lab.host(3), "join", invite(3), "--write").ok();
        etcd(lab.host(3), "status").ok();
        lab.host(1).docker().sleeper("later", "lan");
        lab.assertReachable(lab.host(1).docker().ip("later", "lan"));
    }

    @Test
    void whatCannotBeIsRefusedInOneSentence() {
        assertThat(etcd(lab.host(2), "init", "--address", lab.host(2).address()).err())
                .isEqualTo("patchbay: this host has joined a cluster already (/etc/patchbay/etcd), so it cannot begin"
                        + " one");
        assertThat(etcd(lab.host(1), "init", "--address", "10.77.0.99").err())
                .isEqualTo("patchbay: address = \"10.77.0.99\": must be \"10.77.0.11\" as it was when etcd was set up"
                        + " on this host");
        assertThat(etcd(lab.host(2), "invite", "--address", "10.77.0.99").err())
                .startsWith("patchbay: /etc/patchbay/etcd/ca.key is not on this host, so it cannot sign certificates;");
        assertThat(etcd(lab.host(2), "join", "/etc/hosts").err())
                .isEqualTo("patchbay: file = \"/etc/hosts\": must be a file that 'patchbay etcd invite' has made");
        assertThat(etcd(lab.host(2), "join", folder.resolve("3.tar").toString()).err())
                .startsWith("patchbay: address = \"10.77.0.13\": must be an address of this host; it has 10.77.0.12");
    }
}
