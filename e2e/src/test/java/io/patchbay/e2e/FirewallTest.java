package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A host with br_netfilter on, where dockerd's FORWARD policy of DROP would keep the LAN from the containers. */
@InLab("--brnf")
@Tag("core")
final class FirewallTest {
    private final Lab lab;
    private final Docker docker;

    FirewallTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    private long rules() {
        return lab.onHost("iptables", "-S", "DOCKER-USER")
                .out()
                .lines()
                .filter(l -> l.contains("-i br0 -o br0") && l.contains("--physdev-is-bridged") && l.endsWith("ACCEPT"))
                .count();
    }

    @Test
    void thePolicyDropsAndOurRuleLetsTheLanThroughAlsoAfterARestart() {
        docker.lan("lan");
        docker.sleeper("c1", "lan", "--restart", "always");
        assertThat(lab.onHost("iptables", "-S", "FORWARD").out()).contains("-P FORWARD DROP");
        assertThat(rules()).isEqualTo(1);
        lab.assertReachable(docker.ip("c1", "lan"));
        lab.restart("dockerd", false);
        docker.awaitRunning("c1", Duration.ofSeconds(30));
        lab.assertReachable(docker.ip("c1", "lan"));
        assertThat(rules()).isEqualTo(1);
        lab.lab("reboot", "1").ok();
        lab.patchbay().awaitReady(Duration.ofSeconds(30));
        docker.awaitRunning("c1", Duration.ofSeconds(30));
        Await.until("the rule is there after a boot", Duration.ofSeconds(10), () -> rules() == 1);
        lab.assertReachable(docker.ip("c1", "lan"));
    }

    @Test
    void aFilterThatTheEngineTurnsOnLaterIsSeenSoon() {
        lab.onHost(
                        "sh",
                        "-c",
                        "cd /proc/sys/net/bridge; "
                                + "for each in bridge-nf-call-iptables bridge-nf-call-ip6tables; "
                                + "do echo 0 >$each; done; "
                                + "iptables -F DOCKER-USER")
                .ok();
        docker.lan("lan");
        docker.sleeper("c1", "lan");
        lab.assertReachable(docker.ip("c1", "lan"));
        assertThat(rules()).isZero();
        docker.ok("network", "create", "-o", "com.docker.network.bridge.enable_icc=false", "apart");
        assertThat(lab.onHost("cat", "/proc/sys/net/bridge/bridge-nf-call-iptables")
                        .out()
                        .strip())
                .isEqualTo("1");
        Await.until("the rule is there", Duration.ofSeconds(10), () -> rules() == 1);
        lab.assertReachable(docker.ip("c1", "lan"));
        docker.ok("network", "rm", "apart");
    }
}
