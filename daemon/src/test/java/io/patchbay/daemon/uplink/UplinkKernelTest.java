package io.patchbay.daemon.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.daemon.settings.StoreAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** On the real kernel: what is undone leaves what was there before, and what stays is whole. */
class UplinkKernelTest extends OnKernel {
    private static final StoreAddress NO_ETCD = StoreAddress.parse("embedded:/nowhere");

    private static List<Look.Target> targets(Uplink uplink, String link) {
        return Targets.of(picture(uplink, link), NO_ETCD, List.of());
    }

    @Test
    void theBridgeCarriesAllTheNicDidAndGivesItBack() {
        String before = Namespaces.snapshot();
        Uplink uplink = uplink();
        List<String> carried = picture(uplink, "eth0").lines();
        uplink.attempt(take(uplink), uplink.look(Duration.ofSeconds(40)), targets(uplink, "eth0"), MINUTE);
        assertThat(said).first().asString().contains("gateway 192.168.1.1", "gateway fe80::1");
        assertThat(uplink.keep().bridge()).isEqualTo("br0");
        assertThat(picture(uplink, "eth0").lines()).isEmpty();
        assertThat(picture(uplink, "br0").lines().stream().map(l -> l.replace("br0", "eth0")))
                .isEqualTo(carried);
        assertThat(Namespaces.run("ip", "-d", "link", "show", "br0"))
                .contains(Namespaces.MAC, "mtu 1400", "forward_delay 0 ", "stp_state 0");
        assertThat(picture(uplink, "br0").settings()).containsEntry("/proc/sys/net/ipv4/conf/%s/log_martians", "1");
        assertThat(picture(uplink, "br0").neighbours()).containsExactly("192.168.1.77 lladdr 02:00:00:00:00:77");

        uplink.attempt(release(uplink), uplink.look(Duration.ofSeconds(40)), targets(uplink, "br0"), MINUTE);
        uplink.keep();
        assertThat(Namespaces.snapshot()).isEqualTo(before);
        assertThat(uplink.taken()).isEmpty();
    }

    @Test
    void itGoesBackWhenAGatewayIsSilentAfterwards() {
        String before = Namespaces.snapshot();
        Uplink uplink = uplink();
        List<Look.Target> targets = targets(uplink, "eth0");
        Uplink deaf = new Uplink(
                kernel,
                journal,
                Host.here(),
                config(),
                trial -> lan.onPeer("ip", "addr", "del", "192.168.1.1/24", "dev", "peer"),
                said::add);
        assertThatThrownBy(() -> deaf.attempt(take(deaf), deaf.look(Duration.ofMillis(1)), targets, MINUTE))
                .isInstanceOf(PatchbayException.class)
                .hasMessage("no answer any more from gateway 192.168.1.1");
        assertThat(Namespaces.snapshot()).isEqualTo(before);
    }

    @Test
    void whatIsNotConfirmedInTimeIsUndone() {
        String before = Namespaces.snapshot();
        Uplink uplink = uplink();
        uplink.attempt(take(uplink), uplink.look(MINUTE), List.of(), Duration.ofSeconds(-1));
        assertThatThrownBy(uplink::keep).hasMessageContaining("too late");
        assertThat(Namespaces.snapshot()).isEqualTo(before);
        uplink.attempt(take(uplink), uplink.look(MINUTE), List.of(), Duration.ofSeconds(-1));
        assertThat(uplink().recover()).isTrue();
        assertThat(Namespaces.snapshot()).isEqualTo(before);
    }

    @Test
    void whatIsGivenUpIsUndoneAtOnce() {
        String before = Namespaces.snapshot();
        Uplink uplink = uplink();
        attempt(uplink, take(uplink));
        assertThat(uplink().recover()).isFalse();
        uplink.giveUp();
        assertThat(Namespaces.snapshot()).isEqualTo(before);
        assertThat(uplink.trial()).isEmpty();
    }

    @Test
    void whatStaysIsFinishedByWhoeverComes() {
        String before = Namespaces.snapshot();
        Uplink uplink = uplink();
        Trial take = attempt(uplink, take(uplink));
        journal.write(take.in(Trial.Phase.KEPT, 0));
        assertThat(uplink().recover()).isTrue();
        assertThat(uplink.taken()).extracting(Taken::bridge).containsExactly("br0");
        Trial release = attempt(uplink, release(uplink));
        journal.write(release.in(Trial.Phase.KEPT, 0));
        assertThat(uplink().recover()).isTrue();
        assertThat(Namespaces.snapshot()).isEqualTo(before);
    }

    @Test
    void whatABootHasUndoneIsForgottenAndAnotherNamespacesIsLeftAlone() {
        Uplink uplink = uplink();
        String place = Host.here().place();
        journal.keep(new Taken("br7", "eth7", "another-boot " + place.split(" ", -1)[1], "eui64", "then"));
        journal.keep(new Taken("br8", "eth8", place.split(" ", -1)[0] + " net:[1]", "eui64", "then"));
        assertThat(uplink.taken()).isEmpty();
        uplink.recover();
        assertThat(journal.taken()).extracting(Taken::bridge).containsExactly("br8");
    }

    @Test
    void itRefusesWhatWouldNotWork() {
        Namespaces.run("ip", "link", "add", "up0", "link", "eth0", "type", "macvlan");
        assertThat(reasons("eth0", "br0")).singleElement().asString().contains("up0 is a macvlan on eth0");
        assertThat(reasons("up0", "br0")).anyMatch(r -> r.contains("hears frames for its own MAC alone"));
        Namespaces.run("ip", "link", "del", "up0");
        assertThat(reasons("lo", "br0")).singleElement().asString().contains("loopback");
        assertThat(reasons("eth9", "br0")).singleElement().asString().startsWith("there is no link eth9");
        assertThat(reasons("eth0", "a b")).singleElement().asString().contains("link name \"a b\"");
        Namespaces.run("ip", "link", "add", "br0", "type", "bridge");
        assertThat(reasons("eth0", "br0")).singleElement().asString().contains("br0 exists already");
        assertThat(reasons("br0", "br1")).anyMatch(r -> r.contains("is a bridge itself"));
        Namespaces.run("ip", "link", "set", "eth0", "master", "br0");
        assertThat(reasons("eth0", "br1")).singleElement().asString().contains("eth0 is a port of br0, a bridge");
        Namespaces.run("ip", "link", "set", "eth0", "nomaster", "down");
        assertThat(reasons("eth0", "br1")).singleElement().asString().contains("eth0 is down");
    }

    private List<String> reasons(String nic, String bridge) {
        return new Refusals(uplink().pictures().links(), Host.here()).of(nic, bridge);
    }

    @Test
    void aBridgeWithContainersIsGivenUpOnlyByForce() {
        Uplink uplink = uplink();
        attempt(uplink, take(uplink));
        uplink.keep();
        Namespaces.run("ip", "link", "add", "up0", "type", "veth", "peer", "name", "up1");
        Namespaces.run("ip", "link", "set", "up0", "master", "br0");
        Taken taken = Release.chosen(uplink.taken(), Optional.empty());
        assertThat(Release.reasons(taken, uplink.pictures().links(), false, java.util.Map.of("up0", "web")))
                .singleElement()
                .asString()
                .contains("up0 of container web");
        assertThat(Release.reasons(taken, uplink.pictures().links(), true, java.util.Map.of()))
                .isEmpty();
        assertThatThrownBy(() -> Release.chosen(uplink.taken(), Optional.of("br9")))
                .hasMessageContaining("br9 was not made");
    }

    @Test
    void aRouteBehindAnotherOfItsKindIsMovedToo() {
        Namespaces.run("ip", "route", "add", "10.6.0.0/16", "via", "192.168.1.5");
        Namespaces.run("ip", "route", "append", "10.6.0.0/16", "via", "192.168.1.6");
        String before = Namespaces.snapshot();
        Uplink uplink = uplink();
        attempt(uplink, take(uplink));
        assertThat(Namespaces.run("ip", "route", "show", "10.6.0.0/16").lines()).hasSize(2);
        uplink.giveUp();
        assertThat(Namespaces.snapshot()).isEqualTo(before);
    }

    @Test
    void aPlanOfBeforeSomebodyElsesIsNotDone() {
        Uplink slow = uplink();
        Trial late = take(slow);
        Uplink uplink = uplink();
        attempt(uplink, take(uplink));
        uplink.keep();
        String taken = Namespaces.snapshot();
        assertThatThrownBy(() -> attempt(slow, late)).hasMessageContaining("somebody else has changed what eth0");
        assertThat(Namespaces.snapshot()).isEqualTo(taken);
        Trial back = release(uplink);
        attempt(uplink, back);
        uplink.keep();
        Trial next = take(uplink);
        Namespaces.run("ip", "link", "property", "add", "dev", "lo", "altname", "br0");
        assertThatThrownBy(() -> attempt(uplink, next)).hasMessageContaining("somebody else has changed br0");
        Namespaces.run("ip", "link", "property", "del", "dev", "lo", "altname", "br0");
        assertThat(journal.trial()).isEmpty();
    }

    @Test
    void aDiskThatTakesNoMoreLeavesAllAsItWas() {
        String before = Namespaces.snapshot();
        Uplink uplink = new Uplink(
                kernel,
                journal,
                Host.here(),
                config(),
                trial -> {
                    // the next record cannot be written
                    Namespaces.run("mkdir", journal.folder() + "/.trial.json.new");
                },
                said::add);
        assertThatThrownBy(() -> attempt(uplink, take(uplink)))
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(PatchbayException.Kind.DISK));
        assertThat(Namespaces.snapshot()).isEqualTo(before);
        assertThat(journal.trial()).isEmpty();
    }

    @Test
    void aBridgeThatSomebodyHasRemovedIsNotTakenAnyMore() {
        Uplink uplink = uplink();
        attempt(uplink, take(uplink));
        uplink.keep();
        assertThat(uplink.isTaken("eth0", "br0")).isTrue();
        Namespaces.run("ip", "link", "del", "br0");
        assertThat(uplink.isTaken("eth0", "br0")).isFalse();
        assertThat(uplink.taken()).isEmpty();
    }
}
