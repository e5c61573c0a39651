package io.patchbay.core.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.inspect.Inspection.FoundClaims;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a person types to find an address. */
class ClaimSearchTest {
    private final World h1 = new World();
    private final Network lan = h1.createNetwork(NetworkPlan.of(World.LAN));
    private final Container first = h1.run(lan);
    private final Container second = h1.run(lan);

    @AfterEach
    void close() {
        h1.close();
    }

    private List<String> found(String text) {
        return h1.driver().inspection().find(text, 100).claims().stream()
                .map(ClaimView::address)
                .toList();
    }

    @Test
    void byAddressMacEndpointHostAndSubnet() {
        String address = first.ip().toString();
        assertThat(found(address)).contains(address);
        String mac = h1.driver().inspection().endpoints().stream()
                .filter(e -> e.id().equals(first.endpoint()))
                .findFirst()
                .orElseThrow()
                .mac();
        assertThat(found(mac.toUpperCase(Locale.ROOT))).containsExactly(address);
        assertThat(found(" " + first.endpoint().substring(0, 12) + " ")).containsExactly(address);
        assertThat(found("H1")).contains(address, second.ip().toString());
        assertThat(found("10.77.0.0")).contains(address, second.ip().toString());
        assertThat(found("nothing has this")).isEmpty();
    }

    @Test
    void onlyTheFirstAreToldAndHowManyThereAre() {
        FoundClaims all = h1.driver().inspection().find("", 100);
        assertThat(all.claims())
                .hasSize(all.total())
                .isEqualTo(h1.driver().inspection().claims());
        FoundClaims one = h1.driver().inspection().find("", 1);
        assertThat(one.claims()).containsExactly(all.claims().get(0));
        assertThat(one.total()).isEqualTo(all.total());
    }

    /** All are looked at, each time somebody types a letter. */
    @Test
    void aLookAtOneMakesNoTexts() {
        Network wide = h1.createNetwork(NetworkPlan.of("10.78.0.0/20"));
        for (int i = 0; i < 2000; i++) {
            Cidr unused = h1.requestAddress(wide.poolId(), "");
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        // the first one loads classes
        assertThat(found("nobody")).isEmpty();
        long before = threads.getThreadAllocatedBytes(thread);
        assertThat(found("web")).isEmpty();
        assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(2000 * 300);
    }

    @Test
    void whatAHostLeftIsToldWithoutALook() {
        assertThat(h1.driver().inspection().lastFindings())
                .singleElement()
                .satisfies(host -> assertThat(host.self()).isTrue());
    }
}
