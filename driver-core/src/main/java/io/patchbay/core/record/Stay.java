package io.patchbay.core.record;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container's time on a network that is over. It is information for people: nothing is decided by it, and it may be
 * lost.
 *
 * @param container its name, if that was learned
 * @param network its name, or the beginning of its id
 * @param from when it joined, by its host's clock
 * @param to when its record went
 */
public record Stay(
        String endpoint,
        Optional<String> container,
        String network,
        String host,
        List<IpAddress> addresses,
        MacAddress mac,
        Instant from,
        Instant to)
        implements Stored {
    /** Engines allow nearly any length, and what is kept is to be bounded in bytes too. */
    private static final int LONGEST_NAME = 255;

    public Stay {
        container = container.map(Stay::cut);
        network = cut(network);
        addresses = List.copyOf(addresses);
    }

    private static String cut(String name) {
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    }

    public static Stay read(Value value) {
        Fields f = Fields.of(value);
        return new Stay(
                f.text("endpoint"),
                f.optional("container"),
                f.text("network"),
                f.text("host"),
                f.list("addresses", IpAddress::parse),
                MacAddress.parse(f.text("mac")),
                f.instant("from"),
                f.instant("to"));
    }

    @Override
    public String key() {
        return Keys.stay(to, endpoint);
    }

    @Override
    public Value write() {
        return Fields.with(Map.of())
                .put("endpoint", endpoint)
                .put("container", container)
                .put("network", network)
                .put("host", host)
                .put("addresses", addresses)
                .put("mac", mac)
                .put("from", from)
                .put("to", to)
                .value();
    }
}
