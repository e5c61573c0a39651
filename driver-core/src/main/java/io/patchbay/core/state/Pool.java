package io.patchbay.core.state;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pool of addresses as all hosts that name the subnet share it. Its record is written anew with every change of who uses it, of gateway or aux
 * addresses, so that a condition on its revision makes such changes exclude each other.
 *
 * @param gateway the one of all networks on it that have one
 * @param definedBy host that gave the gateway, for the answer to one that contradicts
 * @param reserved ranges that dynamic allocation never touches
 */
public record Pool(
        PoolName name,
        Optional<IpAddress> gateway,
        String definedBy,
        List<AddressRange> reserved,
        Instant since,
        Map<String, JsonNode> unknown) {

    static Pool read(Value value) {
        Fields f = Fields.of(value);
        return new Pool(
                PoolName.parse(f.text("pool")),
                f.optional("gateway").map(IpAddress::parse),
                f.text("definedBy"),
                f.list("reserved", AddressRange::parse),
                Instant.parse(f.text("since")),
                f.unknown());
    }

    Value write() {
        return Fields.with(unknown)
                .put("pool", name)
                .put("gateway", gateway)
                .put("definedBy", definedBy)
                .put("reserved", reserved)
                .put("since", since)
                .value();
    }

    public Pool withGateway(Optional<IpAddress> newGateway, String newDefinedBy) {
        return new Pool(name, newGateway, newDefinedBy, reserved, since, unknown);
    }
}
