package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.Quarantined;
import io.patchbay.core.state.Versioned;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which addresses of a pool the LAN is asked for next. Asks nobody itself. */
final class Questions {
    /** How many addresses of each range are asked for before they are given. */
    static final int AHEAD = 16;

    /** When a silent address is asked for again, so that its silence is always fresh. */
    static final Duration SILENT_AGAIN = Answers.FRESH.multipliedBy(3).dividedBy(5);

    /** When one that somebody has is. */
    static final Duration HAD_AGAIN = Duration.ofMinutes(1);

    private final AddressPicker picker;

    Questions(AddressPicker picker) {
        this.picker = picker;
    }

    /**
     * The addresses that are due, those first that would be given next.
     *
     * @param ranges of networks of this host that give addresses now
     * @param reserved what is not given, of people's and machines'
     * @param kept what of the pool is in quarantine and this host is to see to
     */
    Set<IpAddress> due(Collection<AddressRange> ranges, List<AddressRange> reserved, List<Quarantined> kept) {
        Answers answers = picker.answers();
        Set<IpAddress> due = new LinkedHashSet<>();
        for (AddressRange range : ranges) {
            picker.upcoming(range, reserved, AHEAD).stream()
                    .filter(address -> answers.isDue(address, SILENT_AGAIN))
                    .forEach(due::add);
            // what this host keeps in reserve no container of it has
            picker.spares(range, true).stream()
                    .map(Versioned::value)
                    .map(Claim::address)
                    .filter(address -> answers.isDue(address, SILENT_AGAIN))
                    .forEach(due::add);
        }
        kept.stream()
                .map(Quarantined::address)
                .filter(address -> answers.isDue(address, HAD_AGAIN))
                .forEach(due::add);
        answers.had().stream()
                .filter(address -> !picker.isClaimed(address) && answers.isDue(address, HAD_AGAIN))
                .forEach(due::add);
        return due;
    }

    /** An address of a pool. */
    record Question(PoolName pool, IpAddress address) {}
}
