package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import org.junit.jupiter.api.Test;

/**
 * A stand-in for Docker 29 with nftables as its firewall, which no release of Debian has: an engine that writes no
 * rules of iptables and jumps to no DOCKER-USER, beside another program that drops what is forwarded.
 */
@InLab({"--brnf", "LAB_DOCKERD_ARGS=--iptables=false"})
final class Docker29FirewallTest {
    private final Lab lab;

    Docker29FirewallTest(Lab lab) {
        this.lab = lab;
    }

    private long rules() {
        return lab.onHost("iptables", "-S", "FORWARD")
                .text()
                .lines()
                .filter(line -> line.contains("-i br0 -o br0"))
                .count();
    }

    @Test
    void theRuleGoesIntoForwardAndContainersAreReached() {
        lab.onHost("iptables", "-P", "FORWARD", "DROP").ok();
        try {
            lab.docker().lan("lan");
            lab.docker().sleeper("c1", "lan");
            lab.assertReachable(lab.docker().ip("c1", "lan"));
            assertThat(rules()).isEqualTo(1);
            lab.restart("patchbay", false);
            lab.assertReachable(lab.docker().ip("c1", "lan"));
            assertThat(rules()).as("after a restart of the daemon").isEqualTo(1);
            assertThat(lab.onHost("patchbay", "doctor").out()).contains("a rule in FORWARD accepts what br0 bridges");
        } finally {
            lab.onHost("iptables", "-P", "FORWARD", "ACCEPT").ok();
        }
    }
}
