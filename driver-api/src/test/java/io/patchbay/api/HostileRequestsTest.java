package io.patchbay.api;

import static io.patchbay.api.Served.IDS;
import static io.patchbay.api.Served.assertRefused;
import static io.patchbay.api.Served.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.api.RawClient.Response;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no engine sends. */
class HostileRequestsTest extends ServedDriver {
    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "[{\"a\":"})
    void aBodyThatIsNestedTooDeepIsRefusedWithASentence(String opening) throws IOException {
        assertIsBeyondLimits("{" + IDS + ",\"Options\":" + opening.repeat(100_000));
        assertIsBeyondLimits("{" + IDS + ",\"Options\":{\"a\":" + opening.repeat(100_000));
    }

    @Test
    void aNumberOfAMillionDigitsIsRefusedWithASentence() throws IOException {
        assertIsBeyondLimits("{" + IDS + ",\"Options\":{\"a\":" + "1".repeat(1_000_000) + "}}");
    }

    @Test
    void aNameOfAMillionLettersIsRefusedWithASentence() throws IOException {
        assertIsBeyondLimits("{" + IDS + ",\"" + "a".repeat(1_000_000) + "\":1}");
    }

    private void assertIsBeyondLimits(String body) throws IOException {
        try (RawClient client = served.client()) {
            Response response = client.post("/NetworkDriver.CreateEndpoint", body);
            assertRefused(response, 400);
            assertThat(json(response).path("Err").asText())
                    .startsWith("NetworkDriver.CreateEndpoint: the body is beyond what is read: ")
                    .contains("exceeds the maximum allowed")
                    .doesNotContain("Stream")
                    .doesNotContain("Exception")
                    .hasSizeLessThan(200);
            assertThat(client.post("/Plugin.Activate", "").status()).isEqualTo(200);
        }
        assertThat(served.recorded.seen).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%50lugin.Activate",
                "/NetworkDriver.Join/../Plugin.Activate",
                "/./Plugin.Activate",
                "//Plugin.Activate",
                "Plugin.Activate",
                "*"
            })
    void aPathThatOnlyMeansAMethodIsNone(String path) throws IOException {
        try (RawClient client = served.client()) {
            assertRefused(client.post(path, ""), 404);
            assertThat(client.post("/Plugin.Activate", "").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "multipart/form-data",
                "multipart/form-data; boundary=x",
                "application/json; charset=utf-16"
            })
    void aTypeThatSaysItIsAFormChangesNothing(String type) throws IOException {
        String body = "{\"PoolID\":\"p\",\"Address\":\"10.77.0.9\",\"Options\":null}";
        try (RawClient client = served.client()) {
            client.send("POST /IpamDriver.RequestAddress HTTP/1.1\r\nHost: \r\nContent-Type: " + type
                    + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            assertThat(json(client.read()).path("Address").asText()).isEqualTo("10.77.0.9/24");
        }
    }
}
