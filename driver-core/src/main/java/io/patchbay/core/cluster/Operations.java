package io.patchbay.core.cluster;

import io.patchbay.core.addr.AddressRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What operators may have done to the cluster's state. Each is safe to repeat; a refusal is a
 * {@link io.patchbay.core.failure.PatchbayException} with one sentence. What is answered is written.
 */
public interface Operations {

    /**
     * Keeps a range of a pool from dynamic allocation, on every host; reserved already, it gets the new note. Overlap
     * with another reserved range is a {@code CONFLICT}. Who holds an address of it keeps it and is answered.
     *
     * @param pool a pool's name, its subnet, or a network on it
     * @param segment where several pools have that subnet
     */
    Reserved reserve(String pool, Optional<String> segment, AddressRange range, String note);

    /** Gives a range back; {@code NOT_FOUND} unless it was reserved with these bounds. */
    Reserved unreserve(String pool, Optional<String> segment, AddressRange range);

    /**
     * Frees what a dead host held: addresses, endpoints, networks, its use of pools, its record. A host that is alive,
     * or comes back meanwhile, is a {@code CONFLICT}; one that nothing is known of is {@code NOT_FOUND}.
     */
    ForgetResult forget(String host);

    /**
     * Takes over what is kept under a name that this machine had before; {@code name} is the one it has now. That old
     * one is alive, or another machine's: {@code CONFLICT}; nothing is known of it: {@code NOT_FOUND}.
     */
    Renamed rename(String old, String name);

    /**
     * Puts in what the store lacks of another one's records, as its book has them;
     * what is there stays as it is.
     *
     * @param records by key, as JSON
     * @param dryRun only say what would be
     * @param ofThisHost leave out what is other hosts'
     */
    Imported bringIn(Map<String, String> records, boolean dryRun, boolean ofThisHost);

    /** A range, and sentences about who holds addresses of it. */
    record Reserved(String pool, String range, List<String> holders) {}

    /** What went with a host. */
    record ForgetResult(String host, int claims, int endpoints, int networks, int poolUsers) {}

    /**
     * What became of records.
     *
     * @param put in by this
     * @param there before
     * @param passedOver is of no use here: other hosts', or of what has ended since
     * @param left one sentence for each that the store has otherwise or that cannot be used
     */
    record Imported(int put, int there, int passedOver, List<String> left) {}

    /** What came with a name. */
    record Renamed(String from, String to, int claims, int endpoints, int networks, int poolUsers) {}
}
