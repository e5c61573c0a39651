package io.patchbay.daemon.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchbay.core.addr.Subnet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
    private static final Nic NIC = new Nic(
            2, "eth0", "", "ether", "52:54:00:12:34:56", 1500, true, true, Optional.empty(), Optional.empty(), "eui64");

    private static NicAddress address(String json) {
        try {
            return NicAddress.of("eth0", new ObjectMapper().readTree(json.replace('\'', '"')));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static Picture picture(List<NicAddress> addresses, List<KernelLine> routes) {
        return new Picture(NIC, addresses, routes, List.of(), List.of(), Map.of());
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{'local':'10.0.0.5','prefixlen':24,'broadcast':'10.0.0.255','scope':'global','label':'eth0',"
                        + "'valid_life_time':4294967295,'preferred_life_time':4294967295}"
                        + "|address add 10.0.0.5/24 dev br0 broadcast 10.0.0.255 scope global|a plain one",
                "{'local':'10.0.0.5','prefixlen':32,'address':'10.0.0.6','scope':'link','label':'eth0:x','metric':7}"
                        + "|address add 10.0.0.5 peer 10.0.0.6/32 dev br0 label br0:x scope link metric 7"
                        + "|of a pair, with a label",
                "{'local':'10.0.0.5','prefixlen':24,'scope':'global','dynamic':true,'noprefixroute':true,"
                        + "'valid_life_time':900,'preferred_life_time':4294967295}"
                        + "|address add 10.0.0.5/24 dev br0 scope global noprefixroute valid_lft 900"
                        + " preferred_lft forever|a lease",
                "{'local':'10.0.0.5','prefixlen':24,'scope':'global','label':'eth0web'}"
                        + "|address add 10.0.0.5/24 dev br0 label br0web scope global|with a label without colon",
                "{'local':'fd00::1','prefixlen':64,'scope':'global'}"
                        + "|address add fd00::1/64 dev br0 nodad;address change fd00::1/64 dev br0"
                        + "|nobody waits for the detection and the flag does not stay",
                "{'local':'fd00::1','prefixlen':64,'scope':'global','nodad':true}"
                        + "|address add fd00::1/64 dev br0 nodad|without detection before",
                "{'local':'fd00::1','prefixlen':64,'scope':'global','tentative':true}"
                        + "|address add fd00::1/64 dev br0|the detection has not ended",
                "{'local':'fd00::1','prefixlen':64,'scope':'global','mngtmpaddr':true,'protocol':'kernel_ra',"
                        + "'valid_life_time':900,'preferred_life_time':0}"
                        + "|address add fd00::1/64 dev br0 proto kernel_ra mngtmpaddr nodad valid_lft 900"
                        + " preferred_lft 0;address change fd00::1/64 dev br0 proto kernel_ra mngtmpaddr"
                        + " valid_lft 900 preferred_lft 0|of a router's advertisement, not to be used any more",
                "{'local':'fd00::1','prefixlen':64,'scope':'global','temporary':true,'nodad':true}"
                        + "|address add fd00::1/64 dev br0 noprefixroute nodad|a temporary one"
            })
    void anAddressIsGivenWithAllItHas(String json, String lines, String name) {
        assertThat(String.join(";", address(json).adding("br0"))).as(name).isEqualTo(lines);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "false|unicast default via 10.0.0.1 dev eth0 table main proto dhcp scope global src 10.0.0.5 metric 100"
                        + " mtu lock 1400 advmss 1300 onlink linkdown "
                        + "|route add unicast default via 10.0.0.1 dev br0 table main proto dhcp scope global src"
                        + " 10.0.0.5 metric 100 mtu lock 1400 advmss 1300 onlink",
                "false|unicast 10.2.0.0/16 table 7 proto boot scope global \\\tnexthop via 10.0.0.3 dev eth0 weight 2"
                        + " \\\tnexthop via 10.1.0.4 dev eth1 weight 1 dead"
                        + "|route add unicast 10.2.0.0/16 table 7 proto boot scope global nexthop via 10.0.0.3"
                        + " dev br0 weight 2 nexthop via 10.1.0.4 dev eth1 weight 1",
                "true|unicast default via fe80::1 dev eth0 table main proto ra scope global metric 1024 expires 1799sec"
                        + " hoplimit 64 pref medium"
                        + "|route add unicast ::/0 via fe80::1 dev br0 table main proto ra scope global metric 1024"
                        + " expires 1799 hoplimit 64 pref medium",
                "false|unicast 10.4.0.0/16 dev eth0 table main proto boot scope link rto_min lock 40ms quickack 1 "
                        + "|route add unicast 10.4.0.0/16 dev br0 table main proto boot scope link rto_min 40ms"
                        + " quickack 1",
                "false|unicast 10.3.0.0/16 dev eth1 table main proto boot scope link src 10.0.0.5"
                        + "|route add unicast 10.3.0.0/16 dev eth1 table main proto boot scope link src 10.0.0.5"
            })
    void aRouteIsGivenWithAllItHas(boolean v6, String shown, String line) {
        assertThat(KernelLine.route(v6, shown).line("add", "eth0", "br0")).isEqualTo(line);
    }

    @Test
    void aRuleIsGivenInItsFamily() {
        assertThat(KernelLine.rule(true, "500:\tfrom all iif eth0 lookup 100 [detached] proto unspec")
                        .line("add", "eth0", "br0"))
                .isEqualTo("-6 rule add pref 500 from all iif br0 lookup 100");
        assertThat(KernelLine.rule(false, "5:\tnot from 10.0.0.0/8 oif eth0 fwmark 0x1/0xf lookup main proto static")
                        .line("del", "eth0", "eth0"))
                .isEqualTo("rule del pref 5 not from 10.0.0.0/8 oif eth0 fwmark 0x1/0xf lookup main proto static");
    }

    @Test
    void aRuleThatGoesToOneThatIsNotThereIsGivenToo() {
        assertThat(KernelLine.rule(false, "7:\tfrom all iif eth0 [detached] goto 300 [unresolved]")
                        .making("eth0", "br0"))
                .isEqualTo("rule add pref 7 from all iif br0 goto 300");
    }

    @ParameterizedTest
    @CsvSource({
        "link del dev a#b, a character in it that ip takes",
        "link del dev a'b, a character in it that ip takes",
        "address add 10.0.0.5/24 dev br-containers label br-containers:web, the label br-containers:web would be longer"
    })
    void whatIpWouldReadOtherwiseIsRefused(String line, String reason) {
        assertThatThrownBy(() -> Step.requireSayable(List.of(new Step("", List.of(), List.of(line)))))
                .hasMessageContaining(reason);
    }

    @Test
    void namesOfALinkAloneAreToldOfTheBridge(@TempDir Path root) throws IOException {
        assertThat(Names.of(new Host(root), NIC, "br0")).isEmpty();
        for (Map.Entry<String, String> file : Map.of(
                        "resolve/resolv.conf", "nameserver 10.0.0.1",
                        "resolve/netif/2", "SERVERS=10.0.0.1 10.0.0.2\nDOMAINS=~.\n",
                        "netif/links/2", "DNS=10.0.0.1\nDOMAINS=lan\nROUTE_DOMAINS=corp\n")
                .entrySet()) {
            Path path = root.resolve("run/systemd").resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        assertThat(Step.doing(Names.of(new Host(root), NIC, "br0")))
                .containsExactly("resolvectl dns br0 10.0.0.1 10.0.0.2", "resolvectl domain br0 ~. lan ~corp");
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource({
        "unicast 10.0.0.0/24 dev eth0 table main proto kernel scope link src 10.0.0.5, true, the address's own",
        "unicast 10.0.0.0/24 dev eth0 table main proto kernel scope link src 10.0.0.5 metric 9, false, another metric",
        "unicast 10.9.0.0/24 dev eth0 table main proto kernel scope link src 10.0.0.5, false, of no address",
        "unicast 10.0.0.0/24 dev eth0 table main proto static scope link, false, somebody else's",
        "local 10.0.0.5 dev eth0 table local proto kernel scope host src 10.0.0.5, true, its local one",
        "local 10.7.0.0/24 dev eth0 table local proto boot scope host, false, a local one by hand",
        "unicast default dev eth0 table main proto kernel scope link, false, a default route"
    })
    void whatTheKernelMakesByItselfIsNotMoved(String shown, boolean kernels, String name) {
        List<NicAddress> addresses =
                List.of(address("{'local':'10.0.0.5','prefixlen':24,'scope':'global','label':'eth0'}"));
        assertThat(KernelLine.route(false, shown).isKernels(addresses)).as(name).isEqualTo(kernels);
    }

    @Test
    void anAddressWithoutRouteOfItsPrefixBringsNone() {
        Subnet subnet = Subnet.parse("fd00::/64");
        assertThat(address("{'local':'fd00::1','prefixlen':64}").brings(subnet, 256))
                .isTrue();
        assertThat(address("{'local':'fd00::1','prefixlen':64,'noprefixroute':true}")
                        .brings(subnet, 256))
                .isFalse();
    }

    private static Plan small() {
        Picture picture = picture(
                List.of(
                        address("{'local':'10.0.0.5','prefixlen':24,'scope':'global','label':'eth0'}"),
                        address("{'local':'10.0.0.6','prefixlen':24,'scope':'global','label':'eth0'}"),
                        address("{'local':'fd00::1','prefixlen':64,'scope':'global','nodad':true}"),
                        address("{'local':'fe80::1','prefixlen':64,'scope':'link','nodad':true}")),
                List.of(
                        KernelLine.route(false, "default via 10.0.0.1 dev eth0"),
                        KernelLine.route(false, "10.7.0.0/16 dev eth0 scope link")));
        return Plan.take(picture, "br0");
    }

    @Test
    void thePlanOfASmallHost() {
        Plan plan = small();
        assertThat(Step.doing(plan.steps()))
                .containsExactly(
                        "link add name br0 address 52:54:00:12:34:56 mtu 1500 type bridge stp_state 0 forward_delay 0",
                        "link set dev br0 addrgenmode none",
                        "link set dev br0 up",
                        "link set dev eth0 master br0",
                        "link set dev eth0 addrgenmode none",
                        "route del default via 10.0.0.1 dev eth0",
                        "route del 10.7.0.0/16 dev eth0 scope link",
                        "address del fd00::1/64 dev eth0",
                        "address del fe80::1/64 dev eth0",
                        "address del 10.0.0.6/24 dev eth0",
                        "address del 10.0.0.5/24 dev eth0",
                        "address add 10.0.0.5/24 dev br0 scope global",
                        "address add 10.0.0.6/24 dev br0 scope global",
                        "address add fe80::1/64 dev br0 nodad",
                        "address add fd00::1/64 dev br0 nodad",
                        "route append 10.7.0.0/16 dev br0 scope link",
                        "route append default via 10.0.0.1 dev br0",
                        "link set dev br0 addrgenmode eui64");
    }

    @Test
    void whatUndoesThePlanOfASmallHost() {
        Plan plan = small();
        assertThat(Step.undoing(plan.steps()))
                .containsExactly(
                        "link set dev br0 addrgenmode none",
                        "route del default via 10.0.0.1 dev br0",
                        "route del 10.7.0.0/16 dev br0 scope link",
                        "address del fd00::1/64 dev br0",
                        "address del fe80::1/64 dev br0",
                        "address del 10.0.0.6/24 dev br0",
                        "address del 10.0.0.5/24 dev br0",
                        "address add 10.0.0.5/24 dev eth0 scope global",
                        "address add 10.0.0.6/24 dev eth0 scope global",
                        "address add fe80::1/64 dev eth0 nodad",
                        "address add fd00::1/64 dev eth0 nodad",
                        "route append 10.7.0.0/16 dev eth0 scope link",
                        "route append default via 10.0.0.1 dev eth0",
                        "link set dev eth0 addrgenmode eui64",
                        "link set dev eth0 nomaster",
                        "link del dev br0");
        assertThat(plan.finish()).isEmpty();
    }

    @Test
    void aReleaseRemovesTheBridgeOnlyWhenItStays() {
        Picture picture = picture(List.of(), List.of());
        Plan plan = Plan.release(
                new Picture(
                        new Nic(
                                3,
                                "br0",
                                "bridge",
                                "ether",
                                NIC.mac(),
                                1500,
                                true,
                                true,
                                Optional.empty(),
                                Optional.empty(),
                                "none"),
                        picture.addresses(),
                        picture.routes(),
                        picture.rules(),
                        List.of(),
                        Map.of()),
                "eth0",
                "stable_secret");
        assertThat(Step.doing(plan.steps()))
                .containsExactly("link set dev eth0 nomaster", "link set dev eth0 addrgenmode stable_secret");
        assertThat(plan.finish()).containsExactly("link del dev br0");
    }

    @Test
    void whereIPv6IsOffNothingIsSaidOfIt() {
        Nic nic = new Nic(2, "eth0", "", "ether", NIC.mac(), 1500, true, true, Optional.empty(), Optional.empty(), "");
        Plan plan = Plan.take(
                new Picture(
                        nic,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of("10.0.0.9 lladdr 02:00:00:00:00:09"),
                        Map.of("/proc/sys/net/ipv4/conf/%s/rp_filter", "2")),
                "br0");
        assertThat(Step.doing(plan.steps()))
                .containsExactly(
                        "link add name br0 address 52:54:00:12:34:56 mtu 1500 type bridge stp_state 0 forward_delay 0",
                        "write /proc/sys/net/ipv4/conf/br0/rp_filter 2",
                        "link set dev br0 up",
                        "link set dev eth0 master br0",
                        "neighbour del 10.0.0.9 lladdr 02:00:00:00:00:09 dev eth0",
                        "neighbour replace 10.0.0.9 lladdr 02:00:00:00:00:09 nud permanent dev br0");
    }
}
