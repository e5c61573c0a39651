package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.AddressSet;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.state.Versioned;
import java.math.BigInteger;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What of one pool is claimed, and in which way, and what is in quarantine, as the tables tell it. Not thread-safe. */
final class ClaimIndex {
    /** Of how many addresses it is remembered that they were asked for by name; the oldest is forgotten. */
    static final int REMEMBERED = 1000;

    private final AddressSet taken = new AddressSet();
    private final Map<IpAddress, Versioned<Claim>> held = new HashMap<>();
    private final Map<IpAddress, Versioned<Claim>> spares = new HashMap<>();
    /** Gateway and aux addresses. */
    private final Set<IpAddress> shared = new HashSet<>();
    /** Those of claims that cannot be read: somebody has them, and who is not known. */
    private final Set<IpAddress> unreadable = new HashSet<>();
    /** Those that something on the LAN has which is none of ours; a claim may be there all the same. */
    private final Set<IpAddress> quarantined = new HashSet<>();
    /** Those that were a container's by name until their claims ended. */
    private final Set<IpAddress> named = new LinkedHashSet<>();

    void changed(@Nullable Versioned<Claim> before, @Nullable Versioned<Claim> after) {
        if (before != null) {
            if (before.value().isFixed()) {
                remember(before.value().address());
            }
            held.remove(before.value().address());
            spares.remove(before.value().address());
            shared.remove(before.value().address());
            if (after == null && !unreadable.contains(before.value().address())) {
                taken.remove(before.value().address());
            }
        }
        if (after != null) {
            Claim claim = after.value();
            taken.add(claim.address());
            if (claim.isHeld()) {
                held.put(claim.address(), after);
            } else if (claim.isSpare()) {
                spares.put(claim.address(), after);
            } else if (!claim.isForContainers()) {
                shared.add(claim.address());
            }
        }
    }

    private void remember(IpAddress address) {
        named.remove(address);
        named.add(address);
        if (named.size() > REMEMBERED) {
            named.remove(named.iterator().next());
        }
    }

    /** Whether the address was a container's by name, as far as that is remembered: it may ask for it again. */
    boolean isNamed(IpAddress address) {
        return named.contains(address);
    }

    /** There is a claim on the address that cannot be read, or there is none of that sort any more. */
    void unreadable(IpAddress address, boolean now) {
        if (now && unreadable.add(address)) {
            taken.add(address);
        } else if (!now && unreadable.remove(address)) {
            taken.remove(address);
        }
    }

    void quarantined(IpAddress address, boolean now) {
        if (now) {
            quarantined.add(address);
        } else {
            quarantined.remove(address);
        }
    }

    boolean isQuarantined(IpAddress address) {
        return quarantined.contains(address);
    }

    /** How many are in quarantine or among those. */
    int quarantinedOr(Collection<IpAddress> others) {
        int both = (int) others.stream().filter(quarantined::contains).count();
        return quarantined.size() + others.size() - both;
    }

    /** How many of the range are in quarantine that nobody has claimed. */
    long quarantined(AddressRange range) {
        return quarantined.stream()
                .filter(address -> range.contains(address) && !taken.contains(address))
                .count();
    }

    boolean isClaimed(IpAddress address) {
        return taken.contains(address);
    }

    Collection<Versioned<Claim>> held() {
        return held.values();
    }

    /** The spares of the range of which this is true, highest first. */
    List<Versioned<Claim>> spares(AddressRange range, Predicate<Claim> wanted) {
        return spares.values().stream()
                .filter(s -> range.contains(s.value().address()) && wanted.test(s.value()))
                .sorted((a, b) -> b.value().address().compareTo(a.value().address()))
                .toList();
    }

    /** Whether its host still keeps a spare that it was asked for. */
    boolean isKept(Claim spare) {
        Versioned<Claim> now = spares.get(spare.address());
        return now != null
                && now.value().owner().name().equals(spare.owner().name())
                && now.value().isWanted();
    }

    /** How many addresses of the range nobody has claimed, and nothing else on the LAN has. */
    BigInteger unclaimed(AddressRange range) {
        return range.size().subtract(taken.countWithin(range)).subtract(BigInteger.valueOf(quarantined(range)));
    }

    /** The first between the two that nobody has claimed, seen from below or from above. */
    Optional<IpAddress> missing(IpAddress low, IpAddress high, boolean upwards) {
        return upwards ? taken.firstMissing(low, high) : taken.lastMissing(low, high);
    }

    /** What of a range is claimed; costs what is held, spare, shared or not to be read, however much is claimed. */
    Counts counts(AddressRange range) {
        long all = taken.countWithin(range).longValueExact();
        long others = within(range, shared)
                + unreadable.stream()
                        .filter(a -> range.contains(a) && !shared.contains(a))
                        .count();
        long kept = within(range, spares.keySet());
        return new Counts(all - others - kept, others, within(range, held.keySet()), kept);
    }

    private static long within(AddressRange range, Set<IpAddress> addresses) {
        return addresses.stream().filter(range::contains).count();
    }

    /** By endpoints (held ones included), for other uses, held, and by hosts beforehand. */
    record Counts(long endpoints, long others, long held, long spares) {}
}
