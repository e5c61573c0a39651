package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Table;
import io.patchbay.core.state.Versioned;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pickers of all pools, each fed from the claims table. */
final class AddressPickers implements Table.Listener<Claim> {
    private static final Logger LOG = LoggerFactory.getLogger(AddressPickers.class);
    private static final Pattern KEY = Pattern.compile("claims/([^/]+)/([^/]+)");

    private final String host;
    private final Predicate<Claim> kept;
    private final Map<PoolName, AddressPicker> pickers = new HashMap<>();

    /** {@code kept}: see {@link AddressPicker}. */
    AddressPickers(String host, Predicate<Claim> kept) {
        this.host = host;
        this.kept = kept;
    }

    synchronized AddressPicker of(PoolName pool) {
        return pickers.computeIfAbsent(pool, p -> new AddressPicker(host, kept));
    }

    @Override
    public void changed(String key, @Nullable Versioned<Claim> before, @Nullable Versioned<Claim> after) {
        Versioned<Claim> either = after != null ? after : before;
        if (either != null) {
            of(either.value().pool()).changed(before, after);
        }
    }

    /** Which address a claim is on its key says, whatever is in it. */
    @Override
    public void unreadable(String key, boolean now) {
        Matcher parts = KEY.matcher(key);
        if (!parts.matches()) {
            return;
        }
        try {
            of(PoolName.parse(parts.group(1))).unreadable(IpAddress.parse(parts.group(2)), now);
        } catch (IllegalArgumentException e) {
            LOG.debug("key of a claim that is on no address key={} reason={}", key, e.getMessage());
        }
    }

    /** The picker, told where to go on if this range is new to it. */
    AddressPicker of(PoolName pool, AddressRange range, State state) {
        AddressPicker picker = of(pool);
        if (!picker.knows(range)) {
            state.peekAll(Refs.claimsOf(pool)).stream()
                    .filter(c -> c.value().isForContainers()
                            && range.contains(c.value().address()))
                    .max((a, b) -> Long.compare(a.revision(), b.revision()))
                    .ifPresent(c -> picker.resumeAfter(range, c.value().address()));
        }
        return picker;
    }
}
