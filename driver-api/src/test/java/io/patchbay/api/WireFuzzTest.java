package io.patchbay.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.testkit.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever the body, a call is answered with an object: what was asked, or an error; never with a defect of ours. */
class WireFuzzTest {
    private static final Map<String, Route> ROUTES = Route.table(new ExternalConnectivity());
    private static final List<String> PATHS = ROUTES.keySet().stream().sorted().toList();

    @FuzzTest(maxDuration = "60s")
    void anyBytesAreAnswered(FuzzedDataProvider data) throws IOException {
        String path = data.pickValue(PATHS);
        check(path, data.consumeRemainingAsBytes());
    }

    @Test
    void mutatedRequestsOfDockerdsAreAnswered() throws IOException {
        List<JsonNode> sent = captured();
        Seeds.run(20_000, random -> {
            JsonNode request = sent.get(random.nextInt(sent.size()));
            byte[] body = mutated(request.path("body").asText().getBytes(StandardCharsets.UTF_8), random);
            try {
                check(request.path("path").asText(), body);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(new String(body, StandardCharsets.UTF_8), e);
            }
        });
    }

    private static List<JsonNode> captured() throws IOException {
        List<JsonNode> sent = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/dockerd-20.10"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".jsonl")).sorted().toList()) {
                for (String line : Files.readAllLines(file)) {
                    JsonNode request = Served.MAPPER.readTree(line);
                    if (ROUTES.containsKey(request.path("path").asText())) {
                        sent.add(request);
                    }
                }
            }
        }
        return sent;
    }

    private static byte[] mutated(byte[] body, RandomGenerator random) {
        byte[] result = body.clone();
        for (int change = random.nextInt(4); change >= 0 && result.length > 1; change--) {
            int at = random.nextInt(result.length);
            switch (random.nextInt(4)) {
                case 0 -> result[at] = (byte) random.nextInt(256);
                case 1 -> result[at] = (byte) "{}[]\",:0nt\\".charAt(random.nextInt(11));
                case 2 -> result = Arrays.copyOf(result, at);
                default -> result[at] = result[random.nextInt(result.length)];
            }
        }
        return result;
    }

    private static void check(String path, byte[] body) throws IOException {
        List<Answer> answers = new ArrayList<>();
        int[] gone = new int[1];
        Route route = Objects.requireNonNull(ROUTES.get(path));
        Call call = new Call(route, body, answers::add, () -> gone[0]++);
        call.task(new RecordingDrivers().drivers()).run();
        assertThat(answers).hasSize(1);
        assertThat(gone[0]).isEqualTo(1);
        Answer answer = answers.get(0);
        assertThat(answer.failure()).isNotEqualTo(Kind.INTERNAL);
        JsonNode json = Served.MAPPER.readTree(answer.body());
        assertThat(json.isObject()).isTrue();
        assertThat(json.has("Err")).isEqualTo(answer.failure() != null);
        assertThat(json.has("Error")).isEqualTo(answer.failure() != null);
    }
}
