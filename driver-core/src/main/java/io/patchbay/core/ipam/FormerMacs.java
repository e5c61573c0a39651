package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Table;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which MAC an address of ours had until a moment ago. Who had it may still be heard on the LAN when another has it
 * already.
 */
public final class FormerMacs implements Table.Listener<Claim> {
    private static final Duration KEPT = Duration.ofSeconds(30);

    private final TimeSource time;
    private final Map<Place, Former> all = new ConcurrentHashMap<>();

    FormerMacs(TimeSource time) {
        this.time = time;
    }

    private record Place(PoolName pool, IpAddress address) {}

    private record Former(MacAddress mac, Duration until) {}

    @Override
    public void changed(String key, @Nullable Versioned<Claim> before, @Nullable Versioned<Claim> after) {
        if (before == null) {
            return;
        }
        Claim claim = before.value();
        Optional<MacAddress> now = after == null
                ? Optional.empty()
                : after.value().life().container().mac();
        claim.life()
                .container()
                .mac()
                .filter(mac -> !now.equals(Optional.of(mac)))
                .ifPresent(mac -> all.put(
                        new Place(claim.pool(), claim.address()),
                        new Former(mac, time.steady().plus(KEPT))));
    }

    /** Whether whoever has the MAC had the address until a moment ago. */
    public boolean had(PoolName pool, IpAddress address, MacAddress mac) {
        Former former = all.get(new Place(pool, address));
        return former != null && former.mac().equals(mac) && time.steady().compareTo(former.until()) < 0;
    }

    /** Forgets what is over. */
    public void tidy() {
        all.values().removeIf(former -> time.steady().compareTo(former.until()) >= 0);
    }
}
