package io.patchbay.core.record;

import io.patchbay.core.addr.MacAddress;
import java.util.Optional;
import java.util.function.Function;

/** How far a claim has come. */
public sealed interface Life {

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
        AUX
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
