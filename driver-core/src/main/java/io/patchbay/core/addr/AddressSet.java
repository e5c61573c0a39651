package io.patchbay.core.addr;

import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A set of addresses of one family, kept as runs: adding, removing and finding the next one that is missing cost the
 * logarithm of the number of runs, whatever the size of the pool or how full it is. Not thread-safe.
 */
public final class AddressSet {
    /** First address of each run to its last; runs neither touch nor overlap. */
    private final TreeMap<IpAddress, IpAddress> runs = new TreeMap<>();

    private long size;

    /** False when it was there already. */
    public boolean add(IpAddress address) {
        Map.Entry<IpAddress, IpAddress> below = runs.floorEntry(address);
        if (below != null && below.getValue().compareTo(address) >= 0) {
            return false;
        }
        IpAddress first = address;
        IpAddress last = address;
        if (below != null
                && below.getValue().next().equals(address)
                && below.getValue().compareTo(address) < 0) {
            first = below.getKey();
        }
        Map.Entry<IpAddress, IpAddress> above = runs.higherEntry(address);
        if (above != null && above.getKey().previous().equals(address)) {
            last = above.getValue();
            runs.remove(above.getKey());
        }
        runs.put(first, last);
        size++;
        return true;
    }

    /** False when it was not there. */
    public boolean remove(IpAddress address) {
        Map.Entry<IpAddress, IpAddress> run = runs.floorEntry(address);
        if (run == null || run.getValue().compareTo(address) < 0) {
            return false;
        }
        IpAddress first = run.getKey();
        IpAddress last = run.getValue();
        runs.remove(first);
        if (first.compareTo(address) < 0) {
            runs.put(first, address.previous());
        }
        if (last.compareTo(address) > 0) {
            runs.put(address.next(), last);
        }
        size--;
        return true;
    }

    public boolean contains(IpAddress address) {
        Map.Entry<IpAddress, IpAddress> run = runs.floorEntry(address);
        return run != null && run.getValue().compareTo(address) >= 0;
    }

    public long size() {
        return size;
    }

    /** The lowest address from {@code from} to {@code last}, both included, that is not in the set. */
    public Optional<IpAddress> firstMissing(IpAddress from, IpAddress last) {
        if (from.compareTo(last) > 0) {
            return Optional.empty();
        }
        Map.Entry<IpAddress, IpAddress> run = runs.floorEntry(from);
        if (run == null || run.getValue().compareTo(from) < 0) {
            return Optional.of(from);
        }
        // the end of a run is followed by a gap, unless the run ends where the numbers do
        return run.getValue().compareTo(last) >= 0
                ? Optional.empty()
                : Optional.of(run.getValue().next());
    }

    /** The highest address from {@code first} to {@code to}, both included, that is not in the set. */
    public Optional<IpAddress> lastMissing(IpAddress first, IpAddress to) {
        if (first.compareTo(to) > 0) {
            return Optional.empty();
        }
        Map.Entry<IpAddress, IpAddress> run = runs.floorEntry(to);
        if (run == null || run.getValue().compareTo(to) < 0) {
            return Optional.of(to);
        }
        return run.getKey().compareTo(first) <= 0
                ? Optional.empty()
                : Optional.of(run.getKey().previous());
    }

    /** How many of the range are in the set. */
    public BigInteger countWithin(AddressRange range) {
        BigInteger count = BigInteger.ZERO;
        IpAddress from = Optional.ofNullable(runs.floorKey(range.first())).orElse(range.first());
        for (Map.Entry<IpAddress, IpAddress> run :
                runs.subMap(from, true, range.last(), true).entrySet()) {
            Optional<AddressRange> part = new AddressRange(run.getKey(), run.getValue()).intersection(range);
            count = count.add(part.map(AddressRange::size).orElse(BigInteger.ZERO));
        }
        return count;
    }
}
