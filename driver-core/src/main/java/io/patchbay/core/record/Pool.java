package io.patchbay.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A pool of addresses as all hosts that name the subnet share it. Its record is written anew with every change of who
 * uses it, of gateway or aux addresses, so that a condition on its revision makes such changes exclude each other.
 *
 * @param gateway the one of all networks on it that have one
 * @param definedBy host that gave the gateway, for the answer to one that contradicts
 * @param reserved ranges that dynamic allocation never touches
 * @param notes what a reserved range is for, by the range's text
 */
public record Pool(
        PoolName name,
        Optional<IpAddress> gateway,
        String definedBy,
        List<AddressRange> reserved,
        Map<String, String> notes,
        Instant since,
        Map<String, JsonNode> unknown)
        implements Stored {

    /** One that begins, without reserved ranges. */
    public static Pool begun(PoolName name, Optional<IpAddress> gateway, String definedBy, Instant now) {
        return new Pool(name, gateway, definedBy, List.of(), Map.of(), now, Map.of());
    }

    public static Pool read(Value value) {
        Fields f = Fields.of(value);
        return new Pool(
                PoolName.parse(f.text("pool")),
                f.optional("gateway").map(IpAddress::parse),
                f.text("definedBy"),
                f.list("reserved", AddressRange::parse),
                f.texts("notes"),
                f.instant("since"),
                f.unknown());
    }

    @Override
    public String key() {
        return Keys.pool(name);
    }

    @Override
    public Value write() {
        return Fields.with(unknown)
                .put("pool", name)
                .put("gateway", gateway)
                .put("definedBy", definedBy)
                .put("reserved", reserved)
                .put("notes", notes)
                .put("since", since)
                .value();
    }

    public Pool withGateway(Optional<IpAddress> newGateway, String newDefinedBy) {
        return new Pool(name, newGateway, newDefinedBy, reserved, notes, since, unknown);
    }

    /** What the reserved range is for; empty when nobody said. */
    public String note(AddressRange range) {
        return notes.getOrDefault(range.toString(), "");
    }

    /** The reserved range that the address lies in. */
    public Optional<AddressRange> reservedAround(IpAddress address) {
        return reserved.stream().filter(range -> range.contains(address)).findFirst();
    }

    public Pool withReserved(AddressRange range, String note) {
        Pool others = withoutReserved(range);
        List<AddressRange> more = new ArrayList<>(others.reserved);
        more.add(range);
        more.sort(Comparator.comparing(AddressRange::first));
        Map<String, String> moreNotes = new TreeMap<>(others.notes);
        if (!note.isEmpty()) {
            moreNotes.put(range.toString(), note);
        }
        return new Pool(name, gateway, definedBy, List.copyOf(more), moreNotes, since, unknown);
    }

    public Pool withoutReserved(AddressRange range) {
        List<AddressRange> fewer =
                reserved.stream().filter(r -> !r.equals(range)).toList();
        Map<String, String> fewerNotes = new TreeMap<>(notes);
        fewerNotes.remove(range.toString());
        return new Pool(name, gateway, definedBy, fewer, fewerNotes, since, unknown);
    }
}
