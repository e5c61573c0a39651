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
 * @param guessed nobody has named the gateway: a host found it, and another that is named takes its place
 * @param definedBy host that gave the gateway, for the answer to one that contradicts
 * @param reserved ranges that dynamic allocation never touches
 * @param notes what a reserved range is for, by the range's text
 */
public record Pool(
        PoolName name,
        Optional<IpAddress> gateway,
        boolean guessed,
        String definedBy,
        List<AddressRange> reserved,
        Map<String, String> notes,
        Instant since,
        Map<String, JsonNode> unknown)
        implements Stored {

    /** One that begins, without reserved ranges. */
    public static Pool begun(PoolName name, String definedBy, Instant now) {
        return new Pool(name, Optional.empty(), false, definedBy, List.of(), Map.of(), now, Map.of());
    }

    public static Pool read(Value value) {
        Fields f = Fields.of(value);
        Optional<IpAddress> gateway = f.optional("gateway").map(IpAddress::parse);
        // an older version names another one and leaves the guess as it was
        Optional<IpAddress> guess = f.optional("guess").map(IpAddress::parse);
        return new Pool(
                PoolName.parse(f.text("pool")),
                gateway,
                gateway.isPresent() && gateway.equals(guess),
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
                .put("guess", guessed ? gateway : Optional.empty())
                .put("definedBy", definedBy)
                .put("reserved", reserved)
                .put("notes", notes)
                .put("since", since)
                .value();
    }

    /** With a gateway that somebody has named, or none. */
    public Pool withGateway(Optional<IpAddress> newGateway, String newDefinedBy) {
        return new Pool(name, newGateway, false, newDefinedBy, reserved, notes, since, unknown);
    }

    /** With a gateway that a host has found, and may have found wrongly. */
    public Pool withGuess(IpAddress newGateway, String newDefinedBy) {
        return new Pool(name, Optional.of(newGateway), true, newDefinedBy, reserved, notes, since, unknown);
    }

    /** With the gateway that a user of it has. */
    public Pool withGatewayOf(PoolUser user) {
        return new Pool(name, user.gateway(), user.guessed(), user.host(), reserved, notes, since, unknown);
    }

    /** The same when its gateway is from that host. */
    public Pool definedBy(String newHost) {
        return new Pool(name, gateway, guessed, newHost, reserved, notes, since, unknown);
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
        return new Pool(name, gateway, guessed, definedBy, List.copyOf(more), moreNotes, since, unknown);
    }

    public Pool withoutReserved(AddressRange range) {
        List<AddressRange> fewer =
                reserved.stream().filter(r -> !r.equals(range)).toList();
        Map<String, String> fewerNotes = new TreeMap<>(notes);
        fewerNotes.remove(range.toString());
        return new Pool(name, gateway, guessed, definedBy, fewer, fewerNotes, since, unknown);
    }
}
