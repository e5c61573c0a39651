package io.patchbay.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Which endpoint of a LAN has a MAC address. It is its host's, as a claim of an address is.
 *
 * @param lan see {@link NetworkRecord#lan}
 * @param endpoint empty when that has ended; it is still the host's then, until the host has removed it
 * @param since when it came to that
 */
public record MacClaim(
        String lan,
        MacAddress mac,
        String host,
        Optional<String> endpoint,
        Instant since,
        Map<String, JsonNode> unknown)
        implements Stored {

    /** What the endpoint's host writes. */
    public static MacClaim of(EndpointRecord endpoint, String lan, Instant now) {
        return new MacClaim(lan, endpoint.mac(), endpoint.host(), Optional.of(endpoint.id()), now, Map.of());
    }

    public static MacClaim read(Value value) {
        Fields f = Fields.of(value);
        return new MacClaim(
                f.text("lan"),
                MacAddress.parse(f.text("mac")),
                f.text("host"),
                f.optional("endpoint"),
                f.instant("since"),
                f.unknown());
    }

    @Override
    public String key() {
        return Keys.mac(lan, mac);
    }

    @Override
    public Value write() {
        return Fields.with(unknown)
                .put("lan", lan)
                .put("mac", mac)
                .put("host", host)
                .put("endpoint", endpoint)
                .put("since", since)
                .value();
    }

    public boolean isOf(EndpointRecord wanted) {
        return host.equals(wanted.host())
                && endpoint.filter(wanted.id()::equals).isPresent();
    }

    /** The same under the host's new name. */
    public MacClaim onHost(String newHost) {
        return new MacClaim(lan, mac, newHost, endpoint, since, unknown);
    }

    /** The endpoint has ended. */
    public MacClaim unbound(Instant now) {
        return new MacClaim(lan, mac, host, Optional.empty(), now, unknown);
    }
}
