package io.patchbay.core.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.firewall.Forwarding.State;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.link.FakeLinks;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Link.BridgeSettings;
import io.patchbay.core.link.Links.LinkAddress;
import io.patchbay.core.link.VethSpec;
import io.patchbay.core.state.Contact;
import io.patchbay.core.store.StoreHealth;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorTest {
    private static final StoreHealth.Remote REMOTE =
            new StoreHealth.Remote("http://h1:2379", Map.of(), 0, 0, Duration.ZERO, 0, List.of(), List.of());

    private static final Optional<Contact> ONLINE =
            Optional.of(new Contact(Contact.Standing.ONLINE, Instant.EPOCH, ""));
    private static final Optional<Contact> AWAY =
            Optional.of(new Contact(Contact.Standing.AWAY, Instant.EPOCH, "it was refused"));

    private static final MacAddress MAC = MacAddress.parse("02:77:00:00:00:01");
    private static final MacAddress NIC = MacAddress.parse("02:77:00:00:00:02");

    private final FakeLinks links = new FakeLinks();
    private State firewall = State.NOT_FILTERED;
    private Set<String> asked = Set.of();

    @Test
    void allIsWellWithABridgeThatHasAnUplink() {
        bridge();
        uplink();
        assertThat(examine(OptionalInt.empty()))
                .extracting(Finding::severity)
                .isNotEmpty()
                .containsOnly(Severity.OK);
    }

    @Test
    void aMissingBridgeIsTheOnlyFinding() {
        Finding finding = only(examine(OptionalInt.empty()));
        assertThat(finding.severity()).isEqualTo(Severity.FAIL);
        assertThat(finding.message()).isEqualTo("bridge br0 does not exist");
        assertThat(finding.advice())
                .contains("ip link add br0")
                .startsWith("make it, from a console, for ssh may be lost by it");
    }

    @Test
    void aLinkThatIsNoBridgeIsNamed() {
        links.addForeign("br0", NIC, Optional.empty());
        assertThat(only(examine(OptionalInt.empty())).message()).contains("not a bridge");
    }

    @Test
    void aBridgeThatIsDownFails() {
        bridge();
        uplink();
        links.setUp("br0", false);
        assertThat(failing("bridge").advice()).isEqualTo("ip link set br0 up");
    }

    @Test
    void aBridgeWithoutUplinkFails() {
        bridge();
        assertThat(failing("uplink").message()).contains("no port that leads to the LAN");
    }

    @Test
    void anUplinkThatIsDownFails() {
        bridge();
        uplink();
        links.setUp("eth0", false);
        assertThat(failing("uplink").message()).contains("eth0").contains("is down");
    }

    @Test
    void oneUplinkDownBesideOneThatWorksIsAWarning() {
        bridge();
        uplink();
        links.addForeign("eth1", NIC, Optional.of("br0"));
        links.setUp("eth1", false);
        assertThat(examine(OptionalInt.empty()).get(0))
                .extracting(Finding::severity, Finding::subject)
                .containsExactly(Severity.WARN, "eth1");
    }

    @Test
    void stpDelaysContainersAndIsAWarning() {
        bridge();
        uplink();
        links.setBridge("br0", new BridgeSettings(true, 15_000, false, 1, false));
        Finding finding = examine(OptionalInt.empty()).get(0);
        assertThat(finding.severity()).isEqualTo(Severity.WARN);
        assertThat(finding.message()).contains("15000 ms").contains("first 30.0 s");
    }

    @Test
    void aForwardDelayWithoutStpDelaysNothing() {
        bridge();
        uplink();
        links.setBridge("br0", new BridgeSettings(false, 15_000, false, 1, false));
        assertThat(examine(OptionalInt.empty())).extracting(Finding::severity).containsOnly(Severity.OK);
    }

    @Test
    void anAddressLeftOnTheUplinkFails() {
        bridge();
        Link eth0 = uplink();
        links.addAddress(new LinkAddress(eth0.index(), Cidr.parse("10.77.0.5/24")));
        assertThat(failing("uplink-address").message()).startsWith("eth0 still has 10.77.0.5/24");
    }

    @Test
    void aLinkLocalAddressOnTheUplinkIsHarmless() {
        bridge();
        Link eth0 = uplink();
        links.addAddress(new LinkAddress(eth0.index(), Cidr.parse("fe80::1/64")));
        assertThat(examine(OptionalInt.empty())).extracting(Finding::severity).containsOnly(Severity.OK);
    }

    @Test
    void aHostWithoutAnAddressOnItsBridgeIsWarnedOf() {
        Link br0 = links.ensureBridge(new BridgeSpec("br0", MAC, OptionalInt.empty(), Optional.empty()));
        Link eth0 = uplink();
        links.addAddress(new LinkAddress(br0.index(), Cidr.parse("fe80::1/64")));
        assertThat(examine(OptionalInt.empty()).get(0))
                .extracting(Finding::severity, Finding::check, Finding::message)
                .containsExactly(
                        Severity.WARN,
                        "bridge-address",
                        "this host has no address on br0: it and its containers do not reach each other by way of it");
        // that it is still on the NIC is said already
        links.addAddress(new LinkAddress(eth0.index(), Cidr.parse("10.77.0.5/24")));
        assertThat(examine(OptionalInt.empty()))
                .filteredOn(f -> f.severity() != Severity.OK)
                .extracting(Finding::check)
                .containsExactly("uplink-address");
    }

    @Test
    void whatTakesAnAddressOffTheNicIsAdvisedWithAWordOfSsh() {
        assertThat(only(examine(OptionalInt.empty())).advice()).contains("ssh may be lost");
        bridge();
        assertThat(failing("uplink").advice()).contains("ssh may be lost");
        Link eth0 = uplink();
        links.addAddress(new LinkAddress(eth0.index(), Cidr.parse("10.77.0.5/24")));
        assertThat(failing("uplink-address").advice()).contains("ssh may be lost");
    }

    @Test
    void anMtuLargerThanTheUplinksFails() {
        bridge();
        uplink();
        List<Finding> findings = examine(OptionalInt.of(9000));
        assertThat(findings)
                .filteredOn(f -> f.severity() == Severity.FAIL)
                .extracting(Finding::subject)
                .containsExactly("br0", "eth0");
        assertThat(findings.get(0).message()).contains("1500").contains("9000");
    }

    @Test
    void anMtuOfTheBridgeBelowTheUplinksIsAWarning() {
        bridge();
        uplink();
        links.setMtu("br0", 1200);
        Finding finding = examine(OptionalInt.empty()).get(0);
        assertThat(finding.severity()).isEqualTo(Severity.WARN);
        assertThat(finding.message())
                .isEqualTo("br0 has an MTU of 1200, its uplink one of 1500: this host itself sends smaller frames than"
                        + " the LAN takes, and IPv6 has left br0");
        assertThat(finding.advice()).startsWith("ip link set br0 mtu 1500");
        assertThat(examine(OptionalInt.empty()))
                .filteredOn(f -> f.check().equals("mtu"))
                .hasSize(1);
    }

    @Test
    void aHostEndTellsWhatItsContainerSendsUnlessItsNetworkSays() {
        bridge();
        uplink();
        links.createVeth(
                new VethSpec("pb-h1", "pb-c1", "br0", "e", MAC, MAC, OptionalInt.empty(), OptionalInt.of(1500)));
        links.setMtu("eth0", 1400);
        assertThat(examine(OptionalInt.empty()).get(0).message()).contains("containers on br0 send 1500");
        asked = Set.of("pb-h1");
        assertThat(examine(OptionalInt.of(1400))).extracting(Finding::severity).containsOnly(Severity.OK);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"NOT_FILTERED,OK", "ACCEPTED,OK", "DROPPED,FAIL", "UNKNOWN,WARN"})
    void theFirewallsStateIsTold(State state, Severity severity) {
        bridge();
        uplink();
        firewall = state;
        assertThat(examine(OptionalInt.empty()))
                .filteredOn(f -> f.check().equals("firewall"))
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.severity()).isEqualTo(severity);
                    assertThat(f.message()).isEqualTo("seen in a test");
                });
    }

    @Test
    void aKernelThatRefusesIsAFinding() {
        links.failNext(FakeLinks.Verb.FIND, new PatchbayException(PatchbayException.Kind.KERNEL, "EPERM"));
        assertThat(only(examine(OptionalInt.empty())).message()).contains("EPERM");
    }

    @Test
    void theWorstComesFirst() {
        bridge();
        links.setBridge("br0", new BridgeSettings(true, 15_000, false, 1, false));
        assertThat(examine(OptionalInt.empty())).extracting(Finding::severity).isSorted();
    }

    private void bridge() {
        Link made = links.ensureBridge(new BridgeSpec("br0", MAC, OptionalInt.empty(), Optional.empty()));
        links.addAddress(new LinkAddress(made.index(), Cidr.parse("10.77.0.11/24")));
    }

    @Test
    void aStoreOfThisHostIsNoFinding() {
        assertThat(Doctor.look("embedded:/var/lib/patchbay", StoreHealth.LOCAL, Optional.empty()))
                .isEmpty();
    }

    @Test
    void aStoreThatAnswersIsNamedByTheEndpointInUse() {
        StoreHealth health = new StoreHealth(true, Instant.EPOCH, Optional.of("it was away"), Optional.of(REMOTE));
        assertThat(Doctor.look("etcd:http://h1:2379", health, ONLINE)).hasValueSatisfying(found -> {
            assertThat(found.severity()).isEqualTo(Severity.OK);
            assertThat(found.message()).isEqualTo("etcd answers at http://h1:2379 since 1970-01-01T00:00:00Z");
        });
    }

    @Test
    void aStoreThatIsAwayFailsWithItsReason() {
        StoreHealth away =
                new StoreHealth(false, Instant.EPOCH, Optional.of("etcd cannot be used: refused"), Optional.of(REMOTE));
        assertThat(Doctor.look("etcd:http://h1:2379", away, AWAY)).hasValueSatisfying(found -> {
            assertThat(found.severity()).isEqualTo(Severity.FAIL);
            assertThat(found.subject()).isEqualTo("etcd:http://h1:2379");
            assertThat(found.message()).isEqualTo("etcd cannot be used: refused (since 1970-01-01T00:00:00Z)");
            assertThat(found.advice()).isNotEmpty();
        });
    }

    @Test
    void aStoreThatAnswersAgainIsOfUseOnceThisHostHasCaughtUp() {
        StoreHealth health = new StoreHealth(true, Instant.EPOCH, Optional.of("it was away"), Optional.of(REMOTE));
        assertThat(Doctor.look("etcd:http://h1:2379", health, AWAY)).hasValueSatisfying(found -> {
            assertThat(found.severity()).isEqualTo(Severity.FAIL);
            assertThat(found.message())
                    .isEqualTo("etcd answers at http://h1:2379, and this host has not caught up with it since"
                            + " 1970-01-01T00:00:00Z: it was refused");
        });
    }

    private Link uplink() {
        return links.addForeign("eth0", NIC, Optional.of("br0"));
    }

    private List<Finding> examine(OptionalInt mtu) {
        Forwarding forwarding = new Forwarding() {
            @Override
            public Status status(String bridge) {
                return new Status(firewall, "seen in a test");
            }

            @Override
            public void allow(String bridge) {
                throw new IllegalStateException("the doctor changes nothing");
            }
        };
        return new Doctor(links, forwarding).examine(Map.of("br0", mtu), asked);
    }

    private Finding failing(String check) {
        List<Finding> failing = examine(OptionalInt.empty()).stream()
                .filter(f -> f.severity() == Severity.FAIL)
                .toList();
        assertThat(failing).extracting(Finding::check).containsExactly(check);
        return failing.get(0);
    }

    private static Finding only(List<Finding> findings) {
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }
}
