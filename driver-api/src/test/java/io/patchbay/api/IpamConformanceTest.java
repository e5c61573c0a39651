package io.patchbay.api;

import static io.patchbay.api.Served.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.api.RawClient.Response;
import io.patchbay.api.RecordingDrivers.Named;
import io.patchbay.api.RecordingDrivers.Release;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.IpamDriver.AddressRequest;
import io.patchbay.core.contract.IpamDriver.PoolRequest;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the conformance list says of pools and addresses, as far as it is translation, by number. */
class IpamConformanceTest extends ServedDriver {
    private String answer(String method, String body) throws IOException {
        Response response = served.call("IpamDriver." + method, body);
        assertThat(response.status()).isEqualTo(200);
        return json(response).toString();
    }

    @Test
    void c66_anExplicitPoolIsEchoedMasked() throws IOException {
        String body = "{\"AddressSpace\":\"patchbay-local\",\"Pool\":\"10.77.0.5/24\",\"SubPool\":\"10.77.0.128/25\","
                + "\"Options\":{\"segment\":\"a\"},\"V6\":false}";
        assertThat(json(served.call("IpamDriver.RequestPool", body)))
                .isEqualTo(Served.MAPPER.readTree("{\"PoolID\":\"pool/1\",\"Pool\":\"10.77.0.0/24\",\"Data\":{}}"));
        assertThat(served.recorded.seen)
                .containsExactly(new PoolRequest(
                        "patchbay-local",
                        Optional.of(Subnet.parse("10.77.0.0/24")),
                        Optional.of(Subnet.parse("10.77.0.128/25")),
                        Map.of("segment", "a"),
                        false));
    }

    @Test
    void c68_c69_anAutomaticPoolHasAFamily() throws IOException {
        answer("RequestPool", "{\"AddressSpace\":\"s\",\"Pool\":\"\",\"SubPool\":\"\",\"Options\":null,\"V6\":true}");
        assertThat(served.recorded.seen)
                .containsExactly(new PoolRequest("s", Optional.empty(), Optional.empty(), Map.of(), true));
    }

    @ParameterizedTest
    @CsvSource({
        "RequestPool,Pool,10.77.0.0",
        "RequestPool,Pool,10.77.0.0/33",
        "RequestPool,SubPool,all",
        "RequestAddress,Address,10.77.0",
        "RequestAddress,Address,10.77.0.1/24",
        "RequestAddress,Address,fe80::1%eth0",
        "RequestAddress,Address,localhost",
        "ReleaseAddress,Address,10.77.0.300"
    })
    void textThatIsNoAddressNamesFieldAndValue(String method, String field, String value) throws IOException {
        assertThat(answer(method, "{\"PoolID\":\"p\",\"" + field + "\":\"" + value + "\"}"))
                .contains("\"Error\":\"field " + field + " is \\\"" + value + "\\\": ");
        assertThat(served.recorded.seen).isEmpty();
    }

    @Test
    void c75_aGatewayRequestKeepsItsOption() throws IOException {
        String body = "{\"PoolID\":\"p\",\"Address\":\"\","
                + "\"Options\":{\"RequestAddressType\":\"com.docker.network.gateway\"}}";
        assertThat(answer("RequestAddress", body)).contains("\"Address\":\"10.77.0.5/24\"", "\"Data\":{}");
        assertThat(served.recorded.seen)
                .containsExactly(new AddressRequest(
                        "p", Optional.empty(), Map.of("RequestAddressType", "com.docker.network.gateway")));
    }

    @Test
    void c83_c84_releasesAnswerAnEmptyObject() throws IOException {
        assertThat(answer("ReleaseAddress", "{\"PoolID\":\"p\",\"Address\":\"10.77.0.9\"}"))
                .isEqualTo("{}");
        assertThat(answer("ReleasePool", "{\"PoolID\":\"p\"}")).isEqualTo("{}");
        assertThat(served.recorded.seen)
                .containsExactly(new Release("p", IpAddress.parse("10.77.0.9")), new Named("releasePool", "p"));
    }

    @Test
    void c85_anAddressWrittenDifferentlyIsTheSame() throws IOException {
        answer("ReleaseAddress", "{\"PoolID\":\"p\",\"Address\":\"fd00:0:0::1\"}");
        assertThat(served.recorded.seen).containsExactly(new Release("p", IpAddress.parse("fd00::1")));
    }
}
