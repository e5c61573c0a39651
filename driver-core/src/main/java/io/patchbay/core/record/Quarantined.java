package io.patchbay.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.util.Map;

/**
 * An address of a pool that something on the LAN has which is none of ours, so that no container is given it.
 *
 * @param mac who answers for it
 * @param host that heard the answer, and asks again
 * @param since when it was first heard
 * @param seen when it was last heard, give or take some minutes
 */
public record Quarantined(
        PoolName pool,
        IpAddress address,
        MacAddress mac,
        String host,
        Instant since,
        Instant seen,
        Map<String, JsonNode> unknown)
        implements Stored {

    /** A new one. */
    public static Quarantined of(PoolName pool, IpAddress address, MacAddress mac, String host, Instant now) {
        return new Quarantined(pool, address, mac, host, now, now, Map.of());
    }

    public static Quarantined read(Value value) {
        Fields f = Fields.of(value);
        return new Quarantined(
                PoolName.parse(f.text("pool")),
                IpAddress.parse(f.text("address")),
                MacAddress.parse(f.text("mac")),
                f.text("host"),
                f.instant("since"),
                f.instant("seen"),
                f.unknown());
    }

    @Override
    public String key() {
        return Keys.quarantined(pool, address);
    }

    @Override
    public Value write() {
        return Fields.with(unknown)
                .put("pool", pool)
                .put("address", address)
                .put("mac", mac)
                .put("host", host)
                .put("since", since)
                .put("seen", seen)
                .value();
    }

    /** Heard again, by that host. */
    public Quarantined heard(MacAddress newMac, String byHost, Instant now) {
        return new Quarantined(pool, address, newMac, byHost, since, now, unknown);
    }
}
