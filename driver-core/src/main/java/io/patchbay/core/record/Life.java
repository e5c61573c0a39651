package io.patchbay.core.record;

import io.patchbay.core.addr.MacAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * How far a claim has come. It is stored as flat fields, with a kind and a state of which not every pair means
 * something.
 */
public sealed interface Life {

    /** From a claim's fields. */
    static Life read(Fields f) {
        Container container =
                new Container(f.optional("mac").map(MacAddress::parse), f.optional("container"), f.flag("fixed"));
        Optional<String> endpoint = f.optional("endpoint");
        Optional<String> wantedBy = f.optional("wantedBy");
        String kind = f.text("kind").toLowerCase(Locale.ROOT);
        String state = f.text("state").toLowerCase(Locale.ROOT);
        for (Use use : Use.values()) {
            if (kind.equals(use.word())) {
                return new Shared(use);
            }
        }
        if (!kind.equals("endpoint")) {
            throw new IllegalArgumentException("a claim is of no such kind as " + kind);
        }
        return switch (state) {
            case "pending" -> new Asked(container);
            case "bound" ->
                new Bound(
                        endpoint.orElseThrow(
                                () -> new IllegalArgumentException("a claim is bound and names no endpoint")),
                        container);
            case "releasing" -> new Releasing(container);
            case "held" -> new Held(container);
            case "spare" -> new Spare(wantedBy);
            default -> throw new IllegalArgumentException("a claim has no such state as " + state);
        };
    }

    /** What a claim is for, in a word. */
    default String kind() {
        return this instanceof Shared shared ? shared.use().word() : "endpoint";
    }

    /** How far it has come, in a word. */
    default String state() {
        return map(new Cases<>(
                shared -> "bound",
                asked -> "pending",
                bound -> "bound",
                releasing -> "releasing",
                held -> "held",
                spare -> "spare"));
    }

    /** What the cases say of this one. */
    <R> R map(Cases<R> cases);

    /** What is to be said of each life there is: none can be forgotten. */
    record Cases<R>(
            Function<Shared, R> shared,
            Function<Asked, R> asked,
            Function<Bound, R> bound,
            Function<Releasing, R> releasing,
            Function<Held, R> held,
            Function<Spare, R> spare) {}

    /** For whom it is or was, as far as that is known. */
    default Container container() {
        return Container.UNKNOWN;
    }

    /**
     * A container, as far as dockerd tells of it when it asks.
     *
     * @param name from engines that tell it (29 on), or as this host's engine told it of one that does not run
     * @param fixed the address was asked for by name ({@code --ip}), so it is the container's as long as that exists
     */
    record Container(Optional<MacAddress> mac, Optional<String> name, boolean fixed) {
        public static final Container UNKNOWN = new Container(Optional.empty(), Optional.empty(), false);
    }

    /** What an address is for that no container gets. */
    enum Use {
        GATEWAY,
        AUX;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A gateway or aux address: all networks on the pool have it. */
    record Shared(Use use) implements Life {
        @Override
        public <R> R map(Cases<R> cases) {
            return cases.shared().apply(this);
        }
    }

    /** Asked for; no endpoint has it yet. Garbage after a while. */
    record Asked(Container container) implements Life {
        @Override
        public <R> R map(Cases<R> cases) {
            return cases.asked().apply(this);
        }
    }

    /** An endpoint has it. */
    record Bound(String endpoint, Container container) implements Life {
        @Override
        public <R> R map(Cases<R> cases) {
            return cases.bound().apply(this);
        }
    }

    /** The endpoint is gone; dockerd's release is to follow. Garbage after a while. */
    record Releasing(Container container) implements Life {
        @Override
        public <R> R map(Cases<R> cases) {
            return cases.releasing().apply(this);
        }
    }

    /** Released; its host gets it first, for a minute. A fixed one stays for its container. */
    record Held(Container container) implements Life {
        @Override
        public <R> R map(Cases<R> cases) {
            return cases.held().apply(this);
        }
    }

    /**
     * Claimed beforehand for its host, for the time when the store is away.
     *
     * @param wantedBy host that asks the owner to let it go
     */
    record Spare(Optional<String> wantedBy) implements Life {
        @Override
        public <R> R map(Cases<R> cases) {
            return cases.spare().apply(this);
        }
    }
}
