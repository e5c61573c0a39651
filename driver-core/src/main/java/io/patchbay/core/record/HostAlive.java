package io.patchbay.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.store.Value;
import java.util.Map;

/**
 * That a host's daemon runs and reaches the store; kept under a lease, so that it goes by itself.
 *
 * @param machine as in {@link HostRecord}
 */
public record HostAlive(String host, String machine, Map<String, JsonNode> unknown) implements Stored {

    public static HostAlive read(Value value) {
        Fields f = Fields.of(value);
        return new HostAlive(f.text("host"), f.text("machine"), f.unknown());
    }

    @Override
    public String key() {
        return Keys.alive(host);
    }

    @Override
    public Value write() {
        return Fields.with(unknown).put("host", host).put("machine", machine).value();
    }
}
