package io.patchbay.core.record;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.record.Life.Container;
import java.util.Locale;
import java.util.Optional;

/**
 * How owner and life of a claim are stored: as flat fields, with a kind and a state of which not every pair means
 * something, and with a host's name that stands for the swarm.
 */
final class ClaimForm {
    private static final String ENDPOINT = "endpoint";

    private ClaimForm() {}

    /** What the claim is for. */
    static String kind(Life life) {
        return life instanceof Life.Shared shared ? word(shared.use()) : ENDPOINT;
    }

    private static String word(Life.Use use) {
        return use.name().toLowerCase(Locale.ROOT);
    }

    /** How far it has come. */
    static String state(Life life) {
        return life.map(new Life.Cases<>(
                shared -> "bound",
                asked -> "pending",
                bound -> "bound",
                releasing -> "releasing",
                held -> "held",
                spare -> "spare"));
    }

    static Life life(Fields f) {
        Container container =
                new Container(f.optional("mac").map(MacAddress::parse), f.optional("container"), f.flag("fixed"));
        Optional<String> endpoint = f.optional("endpoint");
        Optional<String> wantedBy = f.optional("wantedBy");
        String kind = f.text("kind").toLowerCase(Locale.ROOT);
        String state = f.text("state").toLowerCase(Locale.ROOT);
        for (Life.Use use : Life.Use.values()) {
            if (kind.equals(word(use))) {
                return new Life.Shared(use);
            }
        }
        if (!kind.equals(ENDPOINT)) {
            throw new IllegalArgumentException("a claim is of no such kind as " + kind);
        }
        return switch (state) {
            case "pending" -> new Life.Asked(container);
            case "bound" -> new Life.Bound(endpoint.orElseThrow(ClaimForm::withoutEndpoint), container);
            case "releasing" -> new Life.Releasing(container);
            case "held" -> new Life.Held(container);
            case "spare" -> new Life.Spare(wantedBy);
            default -> throw new IllegalArgumentException("a claim has no such state as " + state);
        };
    }

    private static IllegalArgumentException withoutEndpoint() {
        return new IllegalArgumentException("a claim is bound and names no endpoint");
    }

    static Owner owner(Fields f) {
        String name = f.text("host");
        String user = f.text("user");
        Optional<String> leader = f.optional("swarm");
        return Owner.isSwarm(name) ? new Owner.OfSwarm(user) : new Owner.OfHost(name, user, leader);
    }

    static void put(Fields f, Owner owner, Life life) {
        f.put("kind", kind(life).toUpperCase(Locale.ROOT))
                .put("state", state(life).toUpperCase(Locale.ROOT))
                .put("host", owner.name())
                .put("user", owner.user())
                .put("endpoint", life instanceof Life.Bound bound ? Optional.of(bound.endpoint()) : Optional.empty())
                .put("mac", life.container().mac())
                .put("container", life.container().name())
                .put("fixed", life.container().fixed())
                .put("wantedBy", life instanceof Life.Spare spare ? spare.wantedBy() : Optional.empty());
    }

    static Optional<String> leader(Owner owner) {
        return owner instanceof Owner.OfHost host ? host.leader() : Optional.empty();
    }
}
