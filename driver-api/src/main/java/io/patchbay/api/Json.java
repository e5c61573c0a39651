package io.patchbay.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON as plain maps, lists and scalars, by the streaming parser alone: data binding would cost the first answer a
 * hundred milliseconds of class loading, and a list of ten thousand published ports need never become objects.
 */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    /**
     * Arrays are read only as direct fields of the request (its subnets); deeper ones (ports, DNS servers) are passed
     * over and leave this.
     */
    record SkippedArray(boolean empty) {}

    private Json() {}

    /** The object in the body. Anything else is a {@link WireException} of status 400 that says what was found. */
    static Map<String, @Nullable Object> parseObject(byte[] body) {
        try (JsonParser parser = FACTORY.createParser(body)) {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw WireException.badRequest("the body is " + nameOf(first) + ", it must be one JSON object");
            }
            return object(parser, 0);
        } catch (StreamConstraintsException e) {
            // it has no location; its message names the parser's method that would change the limit
            String what = String.valueOf(e.getOriginalMessage()).replaceAll(", from `[^`]*`", "");
            throw WireException.badRequest("the body is beyond what is read: " + what);
        } catch (JsonParseException e) {
            throw WireException.badRequest("the body is not valid JSON: " + e.getOriginalMessage() + " at byte "
                    + e.getLocation().getByteOffset());
        } catch (IOException e) {
            // the parser reads from memory: what is not a syntax error is a byte sequence that is not text
            throw WireException.badRequest("the body is not valid JSON: " + e.getMessage());
        }
    }

    private static Map<String, @Nullable Object> object(JsonParser parser, int depth) throws IOException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, value(parser, depth + 1));
        }
        return fields;
    }

    private static @Nullable Object value(JsonParser parser, int depth) throws IOException {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> object(parser, depth);
            case START_ARRAY -> depth == 1 ? array(parser, depth) : skipped(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            // no field of the protocol that is read is a number: kept as text's opposite, so that a wrong type is seen
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> 0L;
            default -> throw WireException.badRequest("the body is not valid JSON: it ends inside a value");
        };
    }

    private static List<@Nullable Object> array(JsonParser parser, int depth) throws IOException {
        List<@Nullable Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(parser, depth + 1));
        }
        return elements;
    }

    private static SkippedArray skipped(JsonParser parser) throws IOException {
        boolean empty = parser.nextToken() == JsonToken.END_ARRAY;
        for (int open = empty ? 0 : 1; open > 0; ) {
            JsonToken token = parser.currentToken();
            if (token == null) {
                throw WireException.badRequest("the body is not valid JSON: it ends inside an array");
            }
            open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (open > 0) {
                parser.nextToken();
            }
        }
        return new SkippedArray(empty);
    }

    /** What a person calls a value of that type. */
    static String nameOf(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof String || value == JsonToken.VALUE_STRING) {
            return "a string";
        }
        if (value instanceof Map || value == JsonToken.START_OBJECT) {
            return "an object";
        }
        if (value instanceof List || value instanceof SkippedArray || value == JsonToken.START_ARRAY) {
            return "an array";
        }
        if (value instanceof Boolean || value == JsonToken.VALUE_TRUE || value == JsonToken.VALUE_FALSE) {
            return "a boolean";
        }
        return value == JsonToken.VALUE_NULL ? "null" : "a number";
    }

    /** Maps, iterables, optionals, strings, numbers and booleans as JSON; an absent optional is null. */
    static byte[] write(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(128);
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            write(generator, value);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: writing to memory", e);
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
        if (value == null) {
            generator.writeNull();
        } else if (value instanceof String text) {
            generator.writeString(text);
        } else if (value instanceof Boolean flag) {
            generator.writeBoolean(flag);
        } else if (value instanceof Integer || value instanceof Long) {
            generator.writeNumber(((Number) value).longValue());
        } else if (value instanceof Optional<?> optional) {
            write(generator, optional.orElse(null));
        } else if (value instanceof Map<?, ?> fields) {
            generator.writeStartObject();
            for (Map.Entry<?, ?> field : fields.entrySet()) {
                generator.writeFieldName(String.valueOf(field.getKey()));
                write(generator, field.getValue());
            }
            generator.writeEndObject();
        } else if (value instanceof Iterable<?> elements) {
            generator.writeStartArray();
            for (Object element : elements) {
                write(generator, element);
            }
            generator.writeEndArray();
        } else {
            throw new IllegalArgumentException("no JSON form for " + value.getClass());
        }
    }
}
