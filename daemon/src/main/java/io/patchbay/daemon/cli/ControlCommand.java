package io.patchbay.daemon.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What commands have in common that ask the daemon for one thing: the answer's sentence is printed, a refusal's too.
 */
final class ControlCommand {
    static final Map<String, String> JSON_SWITCH = Map.of("json", "Print the daemon's JSON.");

    private static final ObjectMapper JSON = new ObjectMapper();

    private ControlCommand() {}

    /** What the command does: asks, and gives back the daemon's answer. */
    interface Question {
        ControlClient.Answer ask(ControlClient client) throws ControlClient.Unreachable;
    }

    /** A body for a POST. */
    static ObjectNode body() {
        return JSON.createObjectNode();
    }

    /**
     * Prints field {@code message} of the answer, which is a text or a list of texts, or with {@code --json} the answer
     * whole. Answers the exit code.
     */
    static int run(Commands.Invocation invocation, ListCommand.Daemon daemon, Question question) {
        Optional<JsonNode> answer = ask(invocation, daemon, question);
        answer.ifPresent(body -> invocation
                .out()
                .print(invocation.has("json") ? body.toPrettyString() + "\n" : sentences(body.path("message"))));
        return answer.isPresent() ? 0 : 1;
    }

    /** The answer; empty when there is none or it is a refusal, and then the sentence has been printed. */
    static Optional<JsonNode> ask(Commands.Invocation invocation, ListCommand.Daemon daemon, Question question) {
        try {
            ControlClient.Answer answer = question.ask(daemon.client(invocation));
            JsonNode body = JSON.readTree(answer.body());
            if (answer.status() == 200) {
                return Optional.of(body);
            }
            failed(invocation, body.path("error").asText("the daemon answered " + answer.status()));
        } catch (JsonProcessingException e) {
            failed(invocation, "the daemon's answer is not JSON: " + e.getOriginalMessage());
        } catch (ControlClient.Unreachable | IllegalArgumentException e) {
            failed(invocation, String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    static String sentences(JsonNode message) {
        Iterable<JsonNode> lines = message.isArray() ? message : List.of(message);
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line.asText()).append('\n'));
        return text.toString();
    }

    static int failed(Commands.Invocation invocation, String sentence) {
        invocation.err().println("patchbay: " + sentence);
        return 1;
    }
}
