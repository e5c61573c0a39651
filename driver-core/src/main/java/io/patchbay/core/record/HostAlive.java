package io.patchbay.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.store.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * That a host's daemon runs and reaches the store; kept under a lease, so that it goes by itself.
 *
 * @param machine as in {@link HostRecord}
 * @param process the daemon, from its start to its end; those of older versions do not say
 * @param over daemons that have come in its place although it runs
 */
public record HostAlive(
        String host, String machine, Optional<String> process, List<String> over, Map<String, JsonNode> unknown)
        implements Stored {
    public HostAlive {
        over = List.copyOf(over);
    }

    public static HostAlive read(Value value) {
        Fields f = Fields.of(value);
        return new HostAlive(
                f.text("host"), f.text("machine"), f.optional("process"), f.list("over", o -> o), f.unknown());
    }

    @Override
    public String key() {
        return Keys.alive(host);
    }

    @Override
    public Value write() {
        return Fields.with(unknown)
                .put("host", host)
                .put("machine", machine)
                .put("process", process)
                .put("over", over)
                .value();
    }
}
