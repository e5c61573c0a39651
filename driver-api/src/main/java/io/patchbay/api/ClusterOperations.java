package io.patchbay.api;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.cluster.Operations;
import io.patchbay.core.cluster.Operations.ForgetResult;
import io.patchbay.core.cluster.Operations.Imported;
import io.patchbay.core.cluster.Operations.Renamed;
import io.patchbay.core.cluster.Operations.Reserved;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What the control socket takes that concerns the whole cluster. */
public final class ClusterOperations {
    /** A host that held thousands of addresses takes as many hundredths of transactions. */
    private static final Duration FORGET_DEADLINE = Duration.ofMinutes(1);

    private final CompletableFuture<? extends Operations> core;

    private ClusterOperations(CompletableFuture<? extends Operations> core) {
        this.core = core;
    }

    /** They answer 503 until {@code core} is there. */
    public static List<Operation> on(CompletableFuture<? extends Operations> core) {
        ClusterOperations operations = new ClusterOperations(core);
        return List.of(
                Operation.of("/v1/pools/reserve", operations::reserve),
                Operation.of("/v1/pools/unreserve", operations::unreserve),
                new Operation("/v1/hosts/forget", FORGET_DEADLINE, operations::forget),
                new Operation("/v1/hosts/rename", FORGET_DEADLINE, operations::rename),
                new Operation("/v1/import", FORGET_DEADLINE, operations::bringIn));
    }

    private Operations core() {
        if (!core.isDone() || core.isCompletedExceptionally()) {
            throw new PatchbayException(Kind.UNAVAILABLE, "the driver is not connected to its store yet");
        }
        return core.join();
    }

    private Map<String, Object> reserve(Arguments arguments) {
        Reserved reserved = core().reserve(
                        arguments.required("pool"),
                        arguments.text("segment"),
                        range(arguments),
                        arguments.text("note").orElse(""));
        List<String> message = new ArrayList<>();
        message.add("reserved " + reserved.range() + " of pool " + reserved.pool() + " on every host");
        message.addAll(reserved.holders());
        return Map.of(
                "message", message, "pool", reserved.pool(), "range", reserved.range(), "holders", reserved.holders());
    }

    private Map<String, Object> unreserve(Arguments arguments) {
        Reserved given = core().unreserve(arguments.required("pool"), arguments.text("segment"), range(arguments));
        return Map.of(
                "message",
                "gave " + given.range() + " of pool " + given.pool() + " back to dynamic allocation",
                "pool",
                given.pool(),
                "range",
                given.range());
    }

    private static AddressRange range(Arguments arguments) {
        String text = arguments.required("range");
        try {
            return AddressRange.parse(text);
        } catch (IllegalArgumentException e) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "range \"" + text + "\" is none, give FIRST-LAST, an address or a prefix: " + e.getMessage(),
                    e);
        }
    }

    private Map<String, Object> bringIn(Arguments arguments) {
        Imported imported =
                core().bringIn(arguments.texts("records"), arguments.flag("dryRun"), arguments.flag("ofThisHost"));
        return Map.of(
                "message",
                imported.left(),
                "put",
                imported.put(),
                "there",
                imported.there(),
                "passedOver",
                imported.passedOver(),
                "left",
                imported.left());
    }

    private Map<String, Object> rename(Arguments arguments) {
        Renamed renamed = core().rename(arguments.required("host"), arguments.required("name"));
        return Map.of(
                "message",
                "host " + renamed.from() + " is " + renamed.to() + " now: took over " + renamed.claims()
                        + " addresses, " + renamed.endpoints() + " endpoints and " + renamed.networks()
                        + " networks",
                "from",
                renamed.from(),
                "to",
                renamed.to(),
                "claims",
                renamed.claims(),
                "endpoints",
                renamed.endpoints(),
                "networks",
                renamed.networks(),
                "poolUsers",
                renamed.poolUsers());
    }

    private Map<String, Object> forget(Arguments arguments) {
        ForgetResult gone = core().forget(arguments.required("host"));
        return Map.of(
                "message",
                "forgot host " + gone.host() + ": freed " + gone.claims() + " addresses, and removed "
                        + gone.endpoints() + " endpoints and " + gone.networks() + " networks of it",
                "host",
                gone.host(),
                "claims",
                gone.claims(),
                "endpoints",
                gone.endpoints(),
                "networks",
                gone.networks(),
                "poolUsers",
                gone.poolUsers());
    }
}
