package io.patchbay.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import io.patchbay.e2e.lab.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Containers of three hosts on one LAN. */
@InLab(hosts = 3)
final class HostsTest {
    private final Lab lab;

    HostsTest(Lab lab) {
        this.lab = lab;
    }

    @BeforeEach
    void network() {
        lab.lanEverywhere("lan");
    }

    private Docker docker(int host) {
        return lab.host(host).docker();
    }

    @Test
    @Tag("core")
    void containersOfAllHostsReachThePrinterAndEachOther() {
        lab.hosts().forEach(host -> host.docker().sleeper("c1", "lan"));
        lab.ports().assertAsEnginesKnow();
        for (Host from : lab.hosts()) {
            from.docker().exec("c1", "ping", "-c", "1", "-W", "3", Lab.PRINTER);
            for (Host to : lab.hosts()) {
                from.docker()
                        .exec("c1", "ping", "-c", "1", "-W", "3", to.docker().ip("c1", "lan"));
                from.docker().exec("c1", "ping", "-c", "1", "-W", "3", to.address());
            }
        }
    }

    @Test
    @Tag("core")
    void restartsKeepTheAddressWhateverOtherHostsStartMeanwhile() {
        Map<String, String> before = new TreeMap<>();
        for (Host host : lab.hosts()) {
            host.docker().sleeper("c1", "lan");
            before.put(host.name(), host.docker().ip("c1", "lan"));
        }
        List<Callable<String>> tasks = new ArrayList<>();
        Host restarting = lab.hosts().get(0);
        tasks.add(() -> restarting.docker().ok("restart", "-t", "0", "c1"));
        for (Host other : lab.hosts().subList(1, lab.hosts().size())) {
            for (String name : List.of("c2", "c3", "c4")) {
                tasks.add(() -> other.docker().sleeper(name, "lan"));
            }
        }
        Together.all(tasks);
        for (Host host : lab.hosts()) {
            assertThat(host.docker().ip("c1", "lan")).as("%s", host).isEqualTo(before.get(host.name()));
        }
        lab.ports().assertAsEnginesKnow();
    }

    @Test
    @Tag("core")
    void tenStartsOnEachHostAtOnceAreThirtyAddresses() {
        List<Callable<String>> tasks = new ArrayList<>();
        for (Host host : lab.hosts()) {
            for (int i = 0; i < 10; i++) {
                String name = "many" + i;
                tasks.add(() -> host.docker().sleeper(name, "lan"));
            }
        }
        Together.all(tasks);
        lab.ports().assertAsEnginesKnow();
        new Leftovers(lab).assertAsEngineKnows();
    }

    @Test
    void anAddressInUseOnAnotherHostIsRefusedWithThatHost() {
        docker(1).sleeper("c1", "lan", "--ip", "10.77.0.77");
        docker(2).refuses("h1", Docker.trial("lan", "--ip", "10.77.0.77"));
        docker(2).refuses("10.77.0.77", Docker.trial("lan", "--ip", "10.77.0.77"));
        lab.ports().assertAsEnginesKnow();
    }

    @Test
    void aFixedAddressMovesToAnotherHostAndTheLanFollows() {
        docker(1).sleeper("c1", "lan", "--ip", "10.77.0.78");
        lab.assertReachable("10.77.0.78");
        docker(1).ok("rm", "-f", "c1");
        docker(2).sleeper("c1", "lan", "--ip", "10.77.0.78");
        lab.ports().assertAsEnginesKnow();
    }
}
