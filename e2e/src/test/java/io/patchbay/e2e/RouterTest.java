package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Router;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A router on the LAN that advertises itself, and networks that have their own gateway, or none. */
@InLab
@Tag("core")
final class RouterTest {
    private static final Duration OFTEN = Duration.ofMillis(50);
    private static final Duration HEARD = Duration.ofSeconds(20);

    private final Lab lab;
    private final Docker docker;

    RouterTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    private void dual(String name, String... more) {
        List<String> words =
                new java.util.ArrayList<>(List.of("--ipv6", "--subnet", "fd00:77::/64", "--gateway", Lab.PRINTER6));
        words.addAll(List.of(more));
        docker.lan(name, words.toArray(String[]::new));
    }

    private String routes6(String container) {
        return docker.exec(container, "ip", "-6", "route");
    }

    private List<String> defaults6(String container) {
        return routes6(container).lines().filter(l -> l.startsWith("default")).toList();
    }

    @Test
    void containersHaveTheNetworksGatewayAndNoOther() {
        dual("lan");
        try (Router router = Router.advertising(lab, OFTEN)) {
            assertThat(router).isNotNull();
            for (int i = 0; i < 10; i++) {
                docker.sleeper("c" + i, "lan");
            }
            for (int i = 0; i < 10; i++) {
                assertThat(defaults6("c" + i))
                        .singleElement()
                        .asString()
                        .contains("via " + Lab.PRINTER6)
                        .doesNotContain("proto ra");
                assertThat(docker.exec("c" + i, "ip", "-6", "addr")).doesNotContain(Router.PREFIX);
            }
            docker.exec("c0", "ping", "-c", "1", "-W", "3", Lab.PRINTER6);
        }
    }

    @Test
    void aContainerOfTwoNetworksKeepsItsWayOut() {
        dual("lan");
        docker.ok("network", "create", "other");
        try (Router router = Router.advertising(lab, OFTEN)) {
            assertThat(router).isNotNull();
            docker.sleeper("c1", "other");
            docker.ok("network", "connect", "lan", "c1");
            docker.ok("network", "disconnect", "other", "c1");
            docker.ok("network", "connect", "other", "c1");
            docker.ok("network", "disconnect", "lan", "c1");
            docker.ok("network", "connect", "lan", "c1");
            assertThat(docker.exec("c1", "ip", "route").lines().filter(l -> l.startsWith("default")))
                    .hasSize(1);
        }
    }

    @Test
    void whoWantsAdvertisementsGetsThem() {
        dual("open", "-o", "io.patchbay.ra=accept", "-o", "io.patchbay.gateway=none6");
        dual("closed");
        docker.sleeper("open", "open");
        docker.sleeper("closed", "closed");
        try (Router router = Router.advertising(lab, OFTEN)) {
            assertThat(router).isNotNull();
            Await.until(
                    "the container has an address of the advertised prefix, and its way out is the router",
                    HEARD,
                    () -> docker.exec("open", "ip", "-6", "addr").contains(Router.PREFIX)
                            && defaults6("open").stream().anyMatch(l -> l.contains("via fe80:")),
                    () -> routes6("open"));
            assertThat(docker.exec("closed", "ip", "-6", "addr")).doesNotContain(Router.PREFIX);
        }
    }

    @Test
    void thereIsNoWayOutWhereNoneIsWanted() {
        dual("inner", "--internal", "-o", "parent=br0");
        dual("gateless", "-o", "io.patchbay.gateway=none");
        try (Router router = Router.advertising(lab, OFTEN)) {
            assertThat(router).isNotNull();
            for (String network : List.of("inner", "gateless")) {
                docker.sleeper(network, network);
                assertThat(docker.exec(network, "ip", "route")).doesNotContain("default");
                assertThat(defaults6(network)).isEmpty();
                assertThat(docker.exec(network, "ip", "-6", "addr")).doesNotContain(Router.PREFIX);
            }
            assertThat(docker.ok("network", "ls")).doesNotContain("docker_gwbridge");
        }
    }

    @Test
    void aGatewayIsLeftOutByFamily() {
        dual("only6", "-o", "io.patchbay.gateway=none4");
        dual("only4", "-o", "io.patchbay.gateway=none6");
        docker.sleeper("c6", "only6");
        docker.sleeper("c4", "only4");
        assertThat(docker.exec("c6", "ip", "route")).doesNotContain("default");
        // engines before 28 set an IPv6 default route only beside one of IPv4
        assertThat(routes6("c6")).contains("::/1 via " + Lab.PRINTER6, "8000::/1 via " + Lab.PRINTER6);
        assertThat(docker.exec("c4", "ip", "route")).contains("default via " + Lab.PRINTER);
        assertThat(defaults6("c4")).isEmpty();
        assertThat(docker.ok("network", "ls")).doesNotContain("docker_gwbridge");
    }
}
