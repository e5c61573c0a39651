package io.patchbay.daemon.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchbay.daemon.settings.SettingsHelp;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code patchbay export} and {@code import}: the whole book as one JSON document. Neither holds it in memory, for a
 * cluster may have a hundred thousand records.
 */
public final class BookCommands {
    /** What the daemon takes at once is 64 KiB, in which a quotation mark takes two. */
    private static final int BODY_CHARACTERS = 30_000;

    private static final int BODY_RECORDS = 100;
    private static final Duration IMPORT_LIMIT = Duration.ofSeconds(70);
    private static final String FORMAT = "patchbay-book-1";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ListCommand.Daemon daemon;

    private BookCommands(ListCommand.Daemon daemon) {
        this.daemon = daemon;
    }

    /** What cannot be gone on with, in a sentence. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String sentence) {
            super(sentence);
        }
    }

    public static List<Commands.Command> all(ListCommand.Daemon daemon) {
        BookCommands commands = new BookCommands(daemon);
        Map<String, String> switches = new HashMap<>();
        switches.put("dry-run", "Say what would be put in, and put nothing in.");
        switches.put("host-only", "Only what is this host's own; leave out what the file has of others.");
        return List.of(
                new Commands.Command(
                        "export",
                        "Write all that is kept as one JSON document, for 'patchbay import' on another store.",
                        SettingsHelp.clientFlags("control-socket", "config"),
                        Map.of(),
                        false,
                        false,
                        commands::export),
                new Commands.Command(
                        "import",
                        "Put in what the store lacks of an exported document. What is there stays as it is; "
                                + "what differs is told, and is exit code 1.",
                        List.of("FILE"),
                        SettingsHelp.clientFlags("control-socket", "config"),
                        switches,
                        false,
                        false,
                        commands::bringIn));
    }

    private int export(Commands.Invocation invocation) {
        try {
            ControlClient client = daemon.client(invocation);
            JsonNode version = asked(client.get("/v1/version"));
            PrintWriter out = invocation.out();
            boolean complete = true;
            String last = "";
            out.print("{\n\"format\": " + text(FORMAT));
            for (String field : List.of("version", "host", "store")) {
                out.print(",\n" + text(field) + ": " + text(version.path(field).asText()));
            }
            out.print(",\n\"records\": {");
            while (true) {
                String query = last.isEmpty() ? "" : "?after=" + URLEncoder.encode(last, StandardCharsets.UTF_8);
                JsonNode page = asked(client.get("/v1/export" + query));
                complete &= page.path("complete").asBoolean();
                if (page.path("records").isEmpty()) {
                    break;
                }
                for (JsonNode record : page.path("records")) {
                    out.print((last.isEmpty() ? "\n" : ",\n")
                            + text(record.path("key").asText()) + ": "
                            + record.path("json").asText());
                    last = record.path("key").asText();
                }
            }
            out.print("\n}\n}\n");
            if (!complete) {
                invocation
                        .err()
                        .println("patchbay: the store cannot be reached; this is what the host remembers:"
                                + " its own records, and the pools");
            }
            return out.checkError() ? ControlCommand.failed(invocation, "it could not all be written") : 0;
        } catch (Refused | ControlClient.Unreachable | JsonProcessingException | IllegalArgumentException e) {
            return ControlCommand.failed(invocation, String.valueOf(e.getMessage()));
        }
    }

    private static JsonNode asked(ControlClient.Answer answer) throws Refused, JsonProcessingException {
        JsonNode body = JSON.readTree(answer.body());
        if (answer.status() != 200) {
            throw new Refused(body.path("error").asText("the daemon answered " + answer.status()));
        }
        return body;
    }

    private static String text(String value) throws JsonProcessingException {
        return JSON.writeValueAsString(value);
    }

    private int bringIn(Commands.Invocation invocation) {
        String file = invocation.parameter("FILE");
        try (JsonParser parser = JSON.getFactory().createParser(Path.of(file).toFile())) {
            Import running = new Import(invocation, daemon.client(invocation).withLimit(IMPORT_LIMIT));
            running.read(parser, file);
            return running.end();
        } catch (JsonProcessingException e) {
            return ControlCommand.failed(invocation, file + " is not JSON: " + e.getOriginalMessage());
        } catch (Refused | ControlClient.Unreachable | IllegalArgumentException e) {
            return ControlCommand.failed(invocation, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return ControlCommand.failed(invocation, file + " cannot be read: " + e.getMessage());
        }
    }

    /** One import on its way, piece by piece. */
    private static final class Import {
        private final Commands.Invocation invocation;
        private final ControlClient client;
        private ObjectNode records = JSON.createObjectNode();
        private int characters;
        private int put;
        private int there;
        private int passedOver;
        private int left;

        Import(Commands.Invocation invocation, ControlClient client) {
            this.invocation = invocation;
            this.client = client;
        }

        void read(JsonParser parser, String file) throws IOException, Refused, ControlClient.Unreachable {
            boolean known = false;
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Refused(file + " is no document of patchbay export");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                if (field.equals("format")) {
                    known = FORMAT.equals(parser.getText());
                } else if (field.equals("records") && known) {
                    readRecords(parser);
                } else {
                    parser.skipChildren();
                }
            }
            if (!known) {
                throw new Refused(file + " is no document of patchbay export: its format is not \"" + FORMAT + "\"");
            }
            send();
        }

        private void readRecords(JsonParser parser) throws IOException, Refused, ControlClient.Unreachable {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                parser.nextToken();
                String json = JSON.readTree(parser).toString();
                if (characters + json.length() > BODY_CHARACTERS || records.size() == BODY_RECORDS) {
                    send();
                }
                records.put(key, json);
                characters += key.length() + json.length();
            }
        }

        private void send() throws Refused, ControlClient.Unreachable, JsonProcessingException {
            if (records.isEmpty()) {
                return;
            }
            ObjectNode body = JSON.createObjectNode()
                    .put("dryRun", invocation.has("dry-run"))
                    .put("ofThisHost", invocation.has("host-only"));
            body.set("records", records);
            JsonNode answer = asked(client.post("/v1/import", body.toString()));
            put += answer.path("put").asInt();
            there += answer.path("there").asInt();
            passedOver += answer.path("passedOver").asInt();
            for (JsonNode sentence : answer.path("left")) {
                left++;
                invocation.err().println("patchbay: " + sentence.asText());
            }
            records = JSON.createObjectNode();
            characters = 0;
        }

        int end() {
            String word = invocation.has("dry-run") ? " records would be put in, " : " records were put in, ";
            invocation
                    .out()
                    .println(put + word + there + " were there, " + passedOver + " are of no use here, " + left
                            + " were left out because of what is told above");
            return left == 0 ? 0 : 1;
        }
    }
}
