package io.patchbay.api;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one object of a request, read by type. A field of a wrong type is a {@link WireException} that names it
 * with its path; text that is not the address it should be is an {@code INVALID} failure that names field and value.
 * Absent, null and "" are the same: not given.
 */
final class Fields {
    private final String path;
    private final Map<String, @Nullable Object> values;

    private Fields(String path, Map<String, @Nullable Object> values) {
        this.path = path;
        this.values = values;
    }

    static Fields of(byte[] body) {
        return new Fields("", Json.parseObject(body));
    }

    Optional<String> text(String name) {
        Object value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        }
        throw wrongType(name, value, "a string");
    }

    String required(String name) {
        return text(name)
                .orElseThrow(
                        () -> WireException.badRequest("field " + path + name + " is missing, it must not be empty"));
    }

    /** Engines send booleans; as an option of a person's it comes as text. */
    boolean flag(String name) {
        Object value = values.get(name);
        if (value == null || "".equals(value)) {
            return false;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value instanceof String text && (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"))) {
            return text.equalsIgnoreCase("true");
        }
        throw wrongType(name, value, "a boolean");
    }

    Fields object(String name) {
        return new Fields(path + name + ".", map(name));
    }

    List<Fields> objects(String name) {
        Object value = values.get(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> elements)) {
            throw wrongType(name, value, "an array");
        }
        List<Fields> objects = new ArrayList<>();
        for (Object element : elements) {
            String place = name + "[" + objects.size() + "]";
            if (!(element instanceof Map<?, ?> map)) {
                throw wrongType(place, element, "an object");
            }
            objects.add(new Fields(path + place + ".", cast(map)));
        }
        return objects;
    }

    /** An array of texts; an element that is no text is refused by place. */
    List<String> textList(String name) {
        Object value = values.get(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> elements)) {
            throw wrongType(name, value, "an array");
        }
        List<String> texts = new ArrayList<>();
        for (Object element : elements) {
            if (!(element instanceof String text)) {
                throw wrongType(name + "[" + texts.size() + "]", element, "a string");
            }
            texts.add(text);
        }
        return texts;
    }

    /** An object of texts; a value that is no text is refused by name. */
    Map<String, String> texts(String name) {
        Fields inner = object(name);
        Map<String, String> texts = new LinkedHashMap<>();
        inner.values.forEach((key, value) -> {
            if (!(value instanceof String text)) {
                throw inner.wrongType(key, value, "a string");
            }
            texts.put(key, text);
        });
        return texts;
    }

    /** The texts among an object's fields; ports, DNS servers and other structures are left out. */
    Map<String, String> textsAmong(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        map(name).forEach((key, value) -> {
            if (value instanceof String text) {
                texts.put(key, text);
            }
        });
        return texts;
    }

    boolean hasElements(String name) {
        return values.get(name) instanceof Json.SkippedArray array && !array.empty();
    }

    Optional<Subnet> subnet(String name) {
        return parsed(name, Subnet::parse);
    }

    Optional<Cidr> cidr(String name) {
        return parsed(name, Cidr::parse);
    }

    Optional<IpAddress> address(String name) {
        return parsed(name, IpAddress::parse);
    }

    /** dockerd writes gateway and aux addresses with their prefix length, its documents without. */
    Optional<IpAddress> addressOfCidr(String name) {
        return parsed(name, Fields::withOrWithoutLength);
    }

    Optional<MacAddress> mac(String name) {
        return parsed(name, MacAddress::parse);
    }

    <T> Optional<T> parsed(String name, Function<String, T> parser) {
        return text(name).map(value -> {
            try {
                return parser.apply(value);
            } catch (IllegalArgumentException e) {
                throw new PatchbayException(
                        Kind.INVALID, "field " + path + name + " is \"" + value + "\": " + e.getMessage(), e);
            }
        });
    }

    static IpAddress withOrWithoutLength(String text) {
        return text.indexOf('/') < 0 ? IpAddress.parse(text) : Cidr.parse(text).address();
    }

    private Map<String, @Nullable Object> map(String name) {
        Object value = values.get(name);
        if (value == null) {
            return Map.of();
        }
        if (value instanceof Map<?, ?> map) {
            return cast(map);
        }
        throw wrongType(name, value, "an object");
    }

    @SuppressWarnings("unchecked") // only Json makes these maps, and its keys are strings
    private static Map<String, @Nullable Object> cast(Map<?, ?> map) {
        return (Map<String, @Nullable Object>) map;
    }

    private WireException wrongType(String name, @Nullable Object value, String wanted) {
        return WireException.badRequest(
                "field " + path + name + " is " + Json.nameOf(value) + ", it must be " + wanted);
    }
}
