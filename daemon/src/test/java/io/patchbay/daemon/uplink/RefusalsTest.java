package io.patchbay.daemon.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.daemon.settings.StoreAddress;
import io.patchbay.daemon.uplink.persist.Persistent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalsTest {
    @TempDir
    private Path root;

    @BeforeEach
    void aHostWithRights() throws IOException {
        write("proc/self/status", "Name:\tjava\nCapEff:\t000001ffffffffff\n");
        write("proc/sys/net/ipv4/conf/default/forwarding", "0");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static Nic nic(String name, String kind, Optional<String> master, Optional<String> lower) {
        return new Nic(2, name, kind, "ether", "52:54:00:12:34:56", 1500, true, true, master, lower, "eui64");
    }

    private static Nic card(String name) {
        return nic(name, "", Optional.empty(), Optional.empty());
    }

    private List<String> reasons(String nic, Nic... links) {
        return refusals(links).of(nic, "br0");
    }

    private Refusals refusals(Nic... links) {
        return new Refusals(
                List.of(links).stream().collect(java.util.stream.Collectors.toMap(Nic::name, n -> n)), new Host(root));
    }

    private static Picture lease(Nic nic) {
        NicAddress address = new NicAddress(
                IpAddress.parse("10.0.0.5"),
                24,
                Optional.empty(),
                List.of(),
                "",
                false,
                false,
                Optional.of(new NicAddress.Lifetimes(900, 900)));
        return new Picture(nic, List.of(address), List.of(), List.of(), List.of(), Map.of());
    }

    @Test
    void aPlainCardIsTaken() {
        assertThat(reasons("eth0", card("eth0"))).isEmpty();
    }

    @Test
    void wiFiAndPartsOfABondAreRefused() throws IOException {
        write("sys/class/net/wlan0/phy80211/name", "phy0");
        assertThat(reasons("wlan0", card("wlan0"))).singleElement().asString().contains("wlan0 is Wi-Fi");
        Nic bond = nic("bond0", "bond", Optional.empty(), Optional.empty());
        assertThat(reasons("eth0", bond, nic("eth0", "", Optional.of("bond0"), Optional.empty())))
                .singleElement()
                .asString()
                .isEqualTo("eth0 is a port of bond0, a bond: take bond0 itself");
        assertThat(reasons("bond0", bond)).isEmpty();
    }

    @Test
    void withoutTheRightItSaysSo() throws IOException {
        write("proc/self/status", "CapEff:\t0000000000000000\n");
        assertThat(reasons("eth0", card("eth0"))).singleElement().asString().contains("run it as root");
    }

    @Test
    void aVlanOnTheCardIsOnlyToBeKnown() {
        Nic card = card("eth0");
        Nic vlan = nic("eth0.5", "vlan", Optional.empty(), Optional.of("eth0"));
        assertThat(reasons("eth0", card, vlan)).isEmpty();
        assertThat(reasons("eth0.5", card, vlan)).isEmpty();
        assertThat(refusals(card, vlan).notes(lease(card), Persistent.NOTHING))
                .singleElement()
                .asString()
                .contains("eth0.5 keeps working");
    }

    @Test
    void aLeaseIsMovedOnlyByWhoSaysSoAndNeverUnderItsClient() throws IOException {
        Nic card = card("eth0");
        Refusals refusals = refusals(card);
        assertThat(refusals.ofLeases(lease(card), false, ""))
                .singleElement()
                .asString()
                .contains("for another 900 s", "--lease");
        assertThat(refusals.ofLeases(lease(card), true, "")).isEmpty();
        write("proc/77/comm", "dhclient\n");
        write("proc/77/cmdline", "dhclient\0-4\0eth0\0");
        assertThat(refusals.ofLeases(lease(card), true, ""))
                .singleElement()
                .asString()
                .contains("10.0.0.5/24 on eth0 is a lease that another dhclient (process 77) keeps up");
        write("sys/class/net/eth1/mtu", "1500");
        write("proc/77/cmdline", "dhclient\0-4\0eth1\0");
        assertThat(refusals.ofLeases(lease(card), true, "")).isEmpty();
    }

    @Test
    void aClientThatHasNoLinkOfItsOwnHasThemAll() throws IOException {
        Nic card = card("eth0");
        Refusals refusals = refusals(card);
        write("proc/78/comm", "dhcpcd\n");
        write("proc/78/cmdline", "dhcpcd: [manager] [ip4] [ip6]");
        assertThat(refusals.ofLeases(lease(card), true, ""))
                .singleElement()
                .asString()
                .contains("dhcpcd (process 78)");
        write("sys/class/net/eth1/mtu", "1500");
        write("proc/78/cmdline", "dhcpcd: eth1 [ip4]");
        assertThat(refusals.ofLeases(lease(card), true, "")).isEmpty();
    }

    @Test
    void whoConfiguresTheBridgeTakesItsOwnLeaseOver() throws IOException {
        Nic card = card("eth0");
        Refusals refusals = refusals(card);
        assertThat(refusals.ofLeases(lease(card), false, "systemd-networkd")).isEmpty();
        write("run/systemd/netif/leases/2", "ADDRESS=10.0.0.5\n");
        assertThat(refusals.ofLeases(lease(card), false, "systemd-networkd")).isEmpty();
        assertThat(refusals.ofLeases(lease(card), true, ""))
                .singleElement()
                .asString()
                .contains("systemd-networkd (its own client) keeps up");
        assertThat(refusals.ofLeases(lease(card), true, "ifupdown"))
                .singleElement()
                .asString()
                .contains("systemd-networkd (its own client) keeps up, and ifupdown cannot take it over");
    }

    @Test
    void onlyTheClientThatIfupdownHasBegunIsItsOwn() throws IOException {
        Refusals refusals = refusals(card("eth0"));
        write("proc/77/comm", "dhclient\n");
        write("proc/77/cmdline", "dhclient\0-pf\0/run/dhclient.eth0.pid\0eth0\0");
        assertThat(refusals.ofLeases(lease(card("eth0")), false, "ifupdown")).isEmpty();
        write("proc/77/cmdline", "dhclient\0-6\0-pf\0/run/dhclient6.eth0.pid\0eth0\0");
        assertThat(refusals.ofLeases(lease(card("eth0")), false, "ifupdown"))
                .singleElement()
                .asString()
                .contains("another dhclient (process 77) keeps up");
    }

    @Test
    void aNexthopObjectIsRefused() {
        Nic card = card("eth0");
        Picture picture = new Picture(
                card,
                List.of(),
                List.of(KernelLine.route(false, "default nhid 5 via 10.0.0.1 dev eth0")),
                List.of(),
                List.of(),
                Map.of());
        assertThat(refusals(card).of(picture)).singleElement().asString().contains("nexthop object");
    }

    @Test
    void whoManagesTheCardIsNamed() throws IOException {
        write("run/systemd/netif/links/2", "ADMIN_STATE=configured\n");
        write("run/NetworkManager/devices/2", "[device]\nmanaged=true\n");
        assertThat(refusals(card("eth0")).notes(lease(card("eth0")), Persistent.NOTHING))
                .hasSize(2)
                .allMatch(note -> note.contains("manages eth0"));
    }

    @Test
    void whoIsAskedAfterwards() {
        Picture picture = new Picture(
                card("eth0"),
                lease(card("eth0")).addresses(),
                List.of(
                        KernelLine.route(false, "default via 10.0.0.1 dev eth0"),
                        KernelLine.route(false, "10.9.0.0/16 via 10.0.0.2 dev eth0"),
                        KernelLine.route(true, "default via fe80::1 dev eth0 metric 5")),
                List.of(),
                List.of(),
                Map.of());
        assertThat(Targets.of(
                        picture,
                        StoreAddress.parse("etcd:http://10.0.0.7:2379,http://h2"),
                        List.of(IpAddress.parse("10.0.0.5"), IpAddress.parse("10.0.0.8"), IpAddress.parse("10.4.0.8"))))
                .extracting(Look.Target::toString)
                .containsExactly(
                        "gateway 10.0.0.1",
                        "gateway fe80::1",
                        "etcd 10.0.0.7 port 2379",
                        "etcd h2 port 2379",
                        "host 10.0.0.8");
    }
}
