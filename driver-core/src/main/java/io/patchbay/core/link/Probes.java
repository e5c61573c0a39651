package io.patchbay.core.link;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Links#probe} for any number of addresses. */
public final class Probes {
    private static final Logger LOG = LoggerFactory.getLogger(Probes.class);

    private Probes() {}

    /** Asks for {@link Links#MAX_PROBES} at a time, so it blocks for {@code timeout} once for each so many. */
    public static Map<IpAddress, MacAddress> ask(
            Links links, String bridge, Collection<IpAddress> addresses, Duration timeout) {
        List<IpAddress> all = List.copyOf(addresses);
        Map<IpAddress, MacAddress> answers = new HashMap<>();
        for (int from = 0; from < all.size(); from += Links.MAX_PROBES) {
            List<IpAddress> some = all.subList(from, Math.min(from + Links.MAX_PROBES, all.size()));
            answers.putAll(links.probe(bridge, some, timeout));
        }
        return answers;
    }

    /** The same for whom a LAN that cannot be asked is nothing to fail for; empty then. */
    public static Optional<Map<IpAddress, MacAddress>> tryAsk(
            Links links, String bridge, Collection<IpAddress> addresses, Duration timeout) {
        try {
            return Optional.of(ask(links, bridge, addresses, timeout));
        } catch (PatchbayException e) {
            LOG.debug(
                    "the LAN cannot be asked bridge={} addresses={} reason=\"{}\"", bridge, addresses, e.getMessage());
            return Optional.empty();
        }
    }
}
