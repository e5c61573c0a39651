package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.Quarantined;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Table;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pickers of all pools, each fed from the tables of claims and of what is in quarantine. */
final class AddressPickers implements Table.Listener<Claim> {
    private static final Logger LOG = LoggerFactory.getLogger(AddressPickers.class);
    private static final Pattern KEY = Pattern.compile("(?:claims|quarantine)/([^/]+)/([^/]+)");

    private final String host;
    private final Predicate<Claim> kept;
    private final TimeSource time;
    private final Map<PoolName, AddressPicker> pickers = new HashMap<>();

    /** {@code kept}: see {@link AddressPicker}. */
    AddressPickers(String host, Predicate<Claim> kept, TimeSource time) {
        this.host = host;
        this.kept = kept;
        this.time = time;
    }

    /** Begins to follow the tables; before the state is started. */
    void follow(State state) {
        state.claims().follow(this);
        state.quarantine().follow(new QuarantineListener());
    }

    synchronized AddressPicker of(PoolName pool) {
        return pickers.computeIfAbsent(pool, p -> new AddressPicker(host, kept, new Answers(time)));
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
        named(key, (picker, address) -> picker.unreadable(address, now));
    }

    private void named(String key, BiConsumer<AddressPicker, IpAddress> told) {
        Matcher parts = KEY.matcher(key);
        if (!parts.matches()) {
            return;
        }
        try {
            told.accept(of(PoolName.parse(parts.group(1))), IpAddress.parse(parts.group(2)));
        } catch (IllegalArgumentException e) {
            LOG.debug("key of a record that is on no address key={} reason={}", key, e.getMessage());
        }
    }

    /** What is in quarantine; one that cannot be read keeps its address from being given all the same. */
    private final class QuarantineListener implements Table.Listener<Quarantined> {
        private final Set<String> unreadable = ConcurrentHashMap.newKeySet();

        @Override
        public void changed(
                String key, @Nullable Versioned<Quarantined> before, @Nullable Versioned<Quarantined> after) {
            named(key, (picker, address) -> picker.quarantined(address, after != null || unreadable.contains(key)));
        }

        @Override
        public void unreadable(String key, boolean now) {
            if (now) {
                unreadable.add(key);
            } else {
                unreadable.remove(key);
            }
            named(key, (picker, address) -> picker.quarantined(address, now));
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
