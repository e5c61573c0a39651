package io.patchbay.core.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One record's fields on the way from or to its JSON. What is there and cannot be read is an
 * {@link IllegalArgumentException}, never taken for absent: somebody meant something by it. What a newer version wrote
 * and this one does not know is kept as {@link #unknown} and written back, so that a rewrite by an older daemon loses
 * nothing.
 */
public final class Fields {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final ObjectNode node;
    private final Set<String> read = new HashSet<>();

    private Fields(ObjectNode node) {
        this.node = node;
    }

    /** Fields to be read. Throws {@link IllegalArgumentException} when the value is no JSON object. */
    public static Fields of(Value value) {
        try {
            if (MAPPER.readTree(value.bytes()) instanceof ObjectNode object) {
                return new Fields(object);
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a record is not JSON: " + e.getOriginalMessage(), e);
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException("a record is not JSON: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("a record is not a JSON object");
    }

    /** Fields to be written, beginning with those a newer version left. */
    public static Fields with(Map<String, JsonNode> unknown) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.setAll(unknown);
        return new Fields(node);
    }

    public String text(String name) {
        return optional(name).orElseThrow(() -> new IllegalArgumentException("a record has no field " + name));
    }

    public Optional<String> optional(String name) {
        read.add(name);
        return present(name).map(value -> text(name, value));
    }

    private Optional<JsonNode> present(String name) {
        return Optional.ofNullable(node.get(name)).filter(value -> !value.isNull());
    }

    private static String text(String name, JsonNode value) {
        if (!value.isValueNode() || value.isNull()) {
            throw new IllegalArgumentException("field " + name + " has something in it that is no text");
        }
        return value.asText();
    }

    public Instant instant(String name) {
        String text = text(name);
        try {
            return Instant.parse(text);
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
        read.add(name);
        Optional<JsonNode> value = present(name);
        if (value.filter(v -> !v.isBoolean()).isPresent()) {
            throw new IllegalArgumentException("field " + name + " is neither true nor false");
        }
        return value.isPresent() && value.get().booleanValue();
    }

    public <T> List<T> list(String name, Function<String, T> parse) {
        read.add(name);
        List<T> values = new ArrayList<>();
        elements(name).forEach(element -> values.add(parse.apply(text(name, element))));
        return List.copyOf(values);
    }

    /** The objects of an array, each to be read on its own. */
    <T> List<T> objects(String name, Function<Fields, T> parse) {
        read.add(name);
        List<T> values = new ArrayList<>();
        for (JsonNode element : elements(name)) {
            if (!(element instanceof ObjectNode object)) {
                throw new IllegalArgumentException("field " + name + " has something in it that is no object");
            }
            values.add(parse.apply(new Fields(object)));
        }
        return List.copyOf(values);
    }

    /** As {@link #objects} of what nothing depends on: whatever of it cannot be read is left out. */
    <T> List<T> readable(String name, Function<Fields, T> parse) {
        read.add(name);
        List<T> values = new ArrayList<>();
        node.path(name).forEach(element -> {
            if (element instanceof ObjectNode object) {
                try {
                    values.add(parse.apply(new Fields(object)));
                } catch (IllegalArgumentException e) {
                    // left out
                }
            }
        });
        return List.copyOf(values);
    }

    private Iterable<JsonNode> elements(String name) {
        JsonNode value = present(name).orElseGet(JsonNodeFactory.instance::arrayNode);
        if (!value.isArray()) {
            throw new IllegalArgumentException("field " + name + " is no list");
        }
        return value;
    }

    public Map<String, String> texts(String name) {
        read.add(name);
        Map<String, String> values = new LinkedHashMap<>();
        JsonNode value = present(name).orElseGet(JsonNodeFactory.instance::objectNode);
        if (!value.isObject()) {
            throw new IllegalArgumentException("field " + name + " is no object");
        }
        value.properties().forEach(e -> values.put(e.getKey(), text(name, e.getValue())));
        return values;
    }

    /** What has not been read by now. */
    Map<String, JsonNode> unknown() {
        Map<String, JsonNode> rest = new LinkedHashMap<>();
        Iterator<Map.Entry<String, JsonNode>> fields = node.properties().iterator();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (!read.contains(field.getKey())) {
                rest.put(field.getKey(), field.getValue());
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
