package io.patchbay.core.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a {@link Store} is doing, as far as it knows without being asked for anything.
 *
 * @param connected whether the last that was heard of it lets expect that a call succeeds; a store of this host always
 *     is
 * @param since when {@code connected} last changed
 * @param problem the last failure in one sentence, also when it is over; empty when there was none
 * @param remote numbers of a store behind a network; empty for a store of this host
 */
public record StoreHealth(boolean connected, Instant since, Optional<String> problem, Optional<Remote> remote) {
    /** A store that cannot be away. */
    public static final StoreHealth LOCAL = new StoreHealth(true, Instant.EPOCH, Optional.empty(), Optional.empty());

    /**
     * What a store behind a network counts, since the start.
     *
     * @param endpoint the one in use
     * @param roundTrips by verb and outcome
     * @param conflicts transactions that ended in a conflict
     * @param retries attempts after the first one of a call
     * @param watchLag how long the oldest commit of this process has waited to be heard by a watch; zero when all are
     *     heard
     * @param watchRestarts how often a watch was taken up again after its stream ended
     * @param open endpoints on addresses of the network that let anybody in, without user or certificate
     * @param members those it is made of, as of the last look at them
     */
    public record Remote(
            String endpoint,
            Map<Verb, RoundTrips> roundTrips,
            long conflicts,
            long retries,
            Duration watchLag,
            long watchRestarts,
            List<String> open,
            List<Member> members) {
        public Remote {
            members = List.copyOf(members);
            roundTrips = Map.copyOf(roundTrips);
            open = List.copyOf(open);
        }
    }

    /**
     * A member of a store behind a network.
     *
     * @param latency of its answer to a read; empty when there was none
     * @param role as far as it is told
     * @param problem why it did not answer; empty when it did
     */
    public record Member(String endpoint, Optional<Duration> latency, Role role, String problem) {}

    /** What a member is to the others. */
    public enum Role {
        LEADS,
        FOLLOWS,
        NOT_TOLD
    }

    /** A kind of round trip, for instance {@code txn} and {@code ok}. */
    public record Verb(String name, String outcome) {}

    /** How many there were and how long they took together. */
    public record RoundTrips(long count, Duration total) {}
}
