package io.patchbay.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Why a host does not have a network as it is defined; absent when it does.
 *
 * @param generation of the definition that was removed, of {@code REMOVED_HERE} only
 * @param reason one sentence for people
 */
public record ReplicationBlocker(
        String name,
        String host,
        Kind kind,
        Optional<String> generation,
        String reason,
        Instant since,
        Map<String, JsonNode> unknown)
        implements Stored {

    /** What sort of blocker. */
    public enum Kind {
        /** The engine could not make it; tried again. */
        PENDING,
        /** It is removed elsewhere, or made anew, and containers here still use the old one. */
        IN_USE,
        /** A network of that name exists here that is not ours. */
        NAME_TAKEN,
        /** A network of that name was made here by hand and says something else. */
        DIFFERS,
        /**
         * It was removed here while that could not be agreed; the definition is to follow, and until then nobody makes
         * it here.
         */
        REMOVED_HERE
    }

    public static ReplicationBlocker read(Value value) {
        Fields f = Fields.of(value);
        return new ReplicationBlocker(
                f.text("name"),
                f.text("host"),
                f.choice("kind", Kind.class),
                f.optional("generation"),
                f.text("reason"),
                f.instant("since"),
                f.unknown());
    }

    /** The same when its host has that name. */
    public ReplicationBlocker onHost(String newHost) {
        return new ReplicationBlocker(name, newHost, kind, generation, reason, since, unknown);
    }

    @Override
    public String key() {
        return Keys.blocker(host, name);
    }

    @Override
    public Value write() {
        return Fields.with(unknown)
                .put("name", name)
                .put("host", host)
                .put("kind", kind)
                .put("generation", generation)
                .put("reason", reason)
                .put("since", since)
                .value();
    }
}
