package io.patchbay.core.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One record's fields on the way from or to its JSON. What is there and cannot be read is an
 * {@link IllegalArgumentException}, never taken for absent: somebody meant something by it. What a newer version wrote
 * and this one does not know is kept as {@link #unknown} and written back, so that a rewrite by an older daemon loses
 * nothing.
 */
public final class Fields {
    private static final int FIELDS = 16;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** What is written. */
    private final ObjectNode node = JsonNodeFactory.instance.objectNode();
    /**
     * What is read: each field's name and its text, or its tree if it is no text. A record has a dozen of them, and
     * tens of thousands are read at a start: a map for each would be most of the work.
     */
    private final List<String> names = new ArrayList<>(FIELDS);

    private final List<Object> values = new ArrayList<>(FIELDS);
    /** Most have no others: what is quick to add to is what counts. */
    private final List<String> read = new ArrayList<>(FIELDS);

    private Fields() {}

    private Fields(ObjectNode object) {
        object.properties().forEach(field -> add(field.getKey(), field.getValue()));
    }

    /** Fields to be read. Throws {@link IllegalArgumentException} when the value is no JSON object. */
    public static Fields of(Value value) {
        Fields fields = new Fields();
        try (JsonParser parser = MAPPER.createParser(value.bytes())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                parser.readValueAsTree();
                throw new IllegalArgumentException("a record is not a JSON object");
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                boolean text = parser.nextToken() == JsonToken.VALUE_STRING;
                fields.add(name, text ? parser.getText() : parser.readValueAsTree());
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("a record is not JSON: there is more behind it");
            }
            return fields;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a record is not JSON: " + e.getOriginalMessage(), e);
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException("a record is not JSON: " + e.getMessage(), e);
        }
    }

    /** Fields to be written, beginning with those a newer version left. */
    public static Fields with(Map<String, JsonNode> unknown) {
        Fields fields = new Fields();
        fields.node.setAll(unknown);
        return fields;
    }

    private void add(String name, Object value) {
        names.add(name);
        values.add(value);
    }

    /** Of two with one name the last counts. */
    private @Nullable Object find(String name) {
        read.add(name);
        int at = names.lastIndexOf(name);
        return at < 0 || values.get(at) instanceof NullNode ? null : values.get(at);
    }

    public String text(String name) {
        Optional<String> text = optional(name);
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a record has no field " + name);
        }
        return text.get();
    }

    /** Without a lambda that knows the name: where C1 alone compiles, to make one takes longer than all the rest. */
    public Optional<String> optional(String name) {
        Object value = find(name);
        return value == null ? Optional.empty() : Optional.of(text(name, value));
    }

    private Optional<JsonNode> present(String name) {
        return Optional.ofNullable(find(name)).map(Fields::tree);
    }

    private static JsonNode tree(Object value) {
        return value instanceof JsonNode node ? node : TextNode.valueOf(value.toString());
    }

    private static String text(String name, Object value) {
        if (!(value instanceof JsonNode node)) {
            return value.toString();
        }
        if (!node.isValueNode() || node.isNull()) {
            throw new IllegalArgumentException("field " + name + " has something in it that is no text");
        }
        return node.asText();
    }

    public Instant instant(String name) {
        String text = text(name);
        try {
            return Times.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("field " + name + " is \"" + text + "\", which is no time", e);
        }
    }

    <E extends Enum<E>> E choice(String name, Class<E> choices) {
        String text = text(name);
        return Stream.of(choices.getEnumConstants())
                .filter(choice -> choice.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "field " + name + " is \"" + text + "\", which this version does not know"));
    }

    public boolean flag(String name) {
        Optional<JsonNode> value = present(name);
        if (value.filter(v -> !v.isBoolean()).isPresent()) {
            throw new IllegalArgumentException("field " + name + " is neither true nor false");
        }
        return value.isPresent() && value.get().booleanValue();
    }

    public <T> List<T> list(String name, Function<String, T> parse) {
        List<T> found = new ArrayList<>();
        elements(name).forEach(element -> found.add(parse.apply(text(name, element))));
        return List.copyOf(found);
    }

    /** The objects of an array, each to be read on its own. */
    <T> List<T> objects(String name, Function<Fields, T> parse) {
        List<T> found = new ArrayList<>();
        for (JsonNode element : elements(name)) {
            if (!(element instanceof ObjectNode object)) {
                throw new IllegalArgumentException("field " + name + " has something in it that is no object");
            }
            found.add(parse.apply(new Fields(object)));
        }
        return List.copyOf(found);
    }

    /** As {@link #objects} of what nothing depends on: whatever of it cannot be read is left out. */
    <T> List<T> readable(String name, Function<Fields, T> parse) {
        List<T> found = new ArrayList<>();
        present(name).orElseGet(JsonNodeFactory.instance::arrayNode).forEach(element -> {
            if (element instanceof ObjectNode object) {
                try {
                    found.add(parse.apply(new Fields(object)));
                } catch (IllegalArgumentException e) {
                    // left out
                }
            }
        });
        return List.copyOf(found);
    }

    private Iterable<JsonNode> elements(String name) {
        JsonNode value = present(name).orElseGet(JsonNodeFactory.instance::arrayNode);
        if (!value.isArray()) {
            throw new IllegalArgumentException("field " + name + " is no list");
        }
        return value;
    }

    public Map<String, String> texts(String name) {
        Map<String, String> found = new LinkedHashMap<>();
        JsonNode value = present(name).orElseGet(JsonNodeFactory.instance::objectNode);
        if (!value.isObject()) {
            throw new IllegalArgumentException("field " + name + " is no object");
        }
        value.properties().forEach(e -> found.put(e.getKey(), text(name, e.getValue())));
        return found;
    }

    /** What has not been read by now. */
    Map<String, JsonNode> unknown() {
        Map<String, JsonNode> rest = Map.of();
        for (int i = 0; i < names.size(); i++) {
            if (!read.contains(names.get(i))) {
                rest = rest.isEmpty() ? new LinkedHashMap<>() : rest;
                rest.put(names.get(i), tree(values.get(i)));
            }
        }
        return Map.copyOf(rest);
    }

    public Fields put(String name, Object value) {
        node.put(name, value.toString());
        return this;
    }

    public Fields put(String name, boolean value) {
        if (value) {
            node.put(name, true);
        } else {
            node.remove(name);
        }
        return this;
    }

    public Fields put(String name, Optional<?> value) {
        value.ifPresentOrElse(v -> node.put(name, v.toString()), () -> node.remove(name));
        return this;
    }

    public Fields put(String name, Collection<?> values) {
        var array = node.putArray(name);
        values.forEach(v -> array.add(v.toString()));
        return this;
    }

    public Fields put(String name, Map<String, String> values) {
        var object = node.putObject(name);
        values.forEach(object::put);
        return this;
    }

    <T> Fields putObjects(String name, Collection<T> values, Function<T, Fields> write) {
        var array = node.putArray(name);
        values.forEach(v -> array.add(write.apply(v).node));
        return this;
    }

    public Value value() {
        try {
            return Value.of(MAPPER.writeValueAsBytes(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of text fields cannot fail to be written", e);
        }
    }
}
