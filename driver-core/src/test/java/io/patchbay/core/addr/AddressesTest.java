package io.patchbay.core.addr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.testkit.Seeds;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressesTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1",
        "255.255.255.255, 255.255.255.255",
        "fd00:0:0::1, fd00::1",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3"
    })
    void anAddressIsPrintedInItsCanonicalForm(String text, String canonical) {
        assertThat(IpAddress.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0",
                "10.0.0.256",
                "10.0.0.01",
                "1.2.3.4.5",
                "localhost",
                "fe80::1%eth0",
                "::ffff:10.0.0.1",
                "1:2",
                ":::",
                "10.0.0.1/24"
            })
    void whatIsNoAddressIsRefusedByItsText(String text) {
        assertThatThrownBy(() -> IpAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    @Test
    void randomAddressesAgreeWithTheJdkInTextAndBytes() {
        Seeds.run(2000, random -> {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                if (random.nextInt(3) > 0) {
                    bytes[i] = 0;
                }
            }
            IpAddress address = IpAddress.of(bytes);
            assertThat(address.bytes()).isEqualTo(bytes);
            if (!address.toString().startsWith("::ffff:")) {
                assertThat(InetAddress.getByName(address.toString()).getAddress())
                        .isEqualTo(bytes);
                assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
            }
        });
    }

    @Test
    void countingGoesOverTheMiddleOfAnIpv6Address() {
        IpAddress edge = IpAddress.parse("fd00::ffff:ffff:ffff:ffff");
        assertThat(edge.next()).hasToString("fd00:0:0:1::");
        assertThat(edge.next().previous()).isEqualTo(edge);
    }

    @ParameterizedTest
    @CsvSource({
        "10.77.0.5/24, 10.77.0.0/24, 10.77.0.1, 10.77.0.254",
        "10.77.0.0/31, 10.77.0.0/31, 10.77.0.0, 10.77.0.1",
        "10.77.0.9/32, 10.77.0.9/32, 10.77.0.9, 10.77.0.9",
        "10.0.0.0/8, 10.0.0.0/8, 10.0.0.1, 10.255.255.254",
        "fd00::/64, fd00::/64, fd00::1, fd00::ffff:ffff:ffff:ffff",
        "fd00::2/127, fd00::2/127, fd00::2, fd00::3",
        "fd00::7/128, fd00::7/128, fd00::7, fd00::7",
        "fd00::/56, fd00::/56, fd00::1, fd00::ff:ffff:ffff:ffff:ffff"
    })
    void aSubnetKnowsWhichAddressesCanBeGiven(String text, String subnet, String first, String last) {
        Subnet parsed = Subnet.parse(text);
        assertThat(parsed).hasToString(subnet);
        assertThat(parsed.usable()).hasToString(first.equals(last) ? first : first + "-" + last);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.77.0.0/24, true",
        "10.77.0.0/24, 10.77.1.0/24, false",
        "0.0.0.0/0, 10.77.1.0/24, true",
        "fd00::/8, fd77::/64, true",
        "10.0.0.0/8, fd00::/8, false"
    })
    void overlapIsTheSameFromBothSides(String one, String other, boolean overlap) {
        assertThat(Subnet.parse(one).overlaps(Subnet.parse(other))).isEqualTo(overlap);
        assertThat(Subnet.parse(other).overlaps(Subnet.parse(one))).isEqualTo(overlap);
    }

    @Test
    void aMacIsReadAndPrinted() {
        assertThat(MacAddress.parse("02:42:0A:4d:00:60")).hasToString("02:42:0a:4d:00:60");
        assertThat(MacAddress.parse("02-42-0a-4d-00-60").isMulticast()).isFalse();
        assertThatThrownBy(() -> MacAddress.parse("02:42:0a:4d:00"))
                .hasMessage("MAC address \"02:42:0a:4d:00\" is not six pairs of hex digits divided by colons");
    }
}
