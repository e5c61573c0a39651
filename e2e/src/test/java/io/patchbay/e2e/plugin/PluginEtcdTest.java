package io.patchbay.e2e.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.ManagedPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** etcd with certificates and users; what they take is in the folder that is mounted at {@code /etc/patchbay}. */
@TestMethodOrder(OrderAnnotation.class)
final class PluginEtcdTest extends PluginLab {
    PluginEtcdTest() {
        super(ManagedPlugin.lab(1, "--etcd", "1", "--etcd-tls", "--etcd-auth"));
    }

    private String endpoint() {
        return host.address() + ":2379";
    }

    /** Enables the plugin with the file of the authority that is to be believed. */
    private void believe(String authority) throws IOException {
        Path target = plugin.config();
        for (String file :
                List.of("tls/ca.pem", "tls/other-ca.pem", "tls/client.pem", "tls/client.key", "etcd-password")) {
            Path from = lab.directory().resolve(file);
            Files.copy(from, target.resolve(from.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        plugin.set(
                "STORE=etcd:https://" + endpoint(),
                "ETCD_CA=/etc/patchbay/" + authority,
                "ETCD_CERT=/etc/patchbay/client.pem",
                "ETCD_KEY=/etc/patchbay/client.key",
                "ETCD_USER=patchbay",
                "ETCD_PASSWORD_FILE=/etc/patchbay/etcd-password");
        plugin.enable();
    }

    @Test
    @Order(10)
    void authorityThatDidNotSignEtcdsCertificateIsNamedWithTheEndpoint() throws IOException {
        believe("other-ca.pem");
        assertNetworkIsRefused(endpoint(), "certificate");
        assertThat(lab.onHost("patchbay", "doctor").out()).containsPattern("(?s)" + endpoint() + ".*certificate");
        plugin.disable();
    }

    @Test
    @Order(20)
    void claimsAreInEtcdWithTheAuthorityThatDid() throws IOException {
        believe("ca.pem");
        Await.until(
                "it is ready",
                LIMIT,
                () -> host.inNetwork("curl", "-sf", "--noproxy", "*", "http://127.0.0.1:9877/readyz")
                                .exit()
                        == 0,
                lab::engineLog);
        makeNetwork().ok();
        docker.sleeper("c1", "lan");
        assertReachable("c1");
        String address = docker.ip("c1", "lan");
        assertThat(lab.etcd().keys()).anyMatch(key -> key.startsWith("claims/") && key.contains(address));
        docker.ok("rm", "-f", "c1");
        assertNothingIsLeft();
    }
}
