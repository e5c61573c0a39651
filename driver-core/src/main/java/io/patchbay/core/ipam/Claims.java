package io.patchbay.core.ipam;

import io.patchbay.core.PatchbayException;
import io.patchbay.core.PatchbayException.Kind;
import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.host.TimeSource;
import io.patchbay.core.state.Claim;
import io.patchbay.core.state.EndpointRecord;
import io.patchbay.core.state.NetworkRecord.NetworkSubnet;
import io.patchbay.core.state.Pool;
import io.patchbay.core.state.PoolName;
import io.patchbay.core.state.PoolUser;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The claims of endpoints: asked for (pending), bound, given back (releasing), held a while for their host. A claim is one key; the transaction that creates it only if
 * it is absent is the arbiter.
 */
public final class Claims {
    /** Two containers that are given the same {@code --ip} at once: the second must not take the first one's claim before it is bound. */
    private static final Duration JUST_ASKED = Duration.ofSeconds(5);

    private final State state;
    private final String host;
    private final TimeSource time;
    private final EndpointLiveness liveness;
    private final AddressPicker.All pickers;

    public Claims(State state, String host, TimeSource time, EndpointLiveness liveness) {
        this.state = state;
        this.host = host;
        this.time = time;
        this.liveness = liveness;
        this.pickers = new AddressPicker.All(host);
    }

    /** Begins to follow the claims there are; call once, before the first request and before the state is started. */
    public void start() {
        state.claims().follow(pickers);
    }

    /** Some address of the user's range. */
    IpAddress any(PoolUser user, Optional<String> container, Optional<MacAddress> mac) {
        PoolName name = user.pool();
        AddressPicker picker = pickers.of(name, user.range(), state);
        return state.settle("pool " + name.spoken(), () -> {
            List<AddressRange> reserved = state.pools()
                    .get(State.poolKey(name))
                    .map(p -> p.value().reserved())
                    .orElse(List.of());
            AddressPicker.Proposal proposal =
                    picker.propose(user.range(), container, reserved).orElseThrow(() -> exhausted(user));
            try {
                Claim claim = pending(user, proposal.address(), container, mac);
                return commit(claim, proposal.revision()) ? Optional.of(proposal.address()) : Optional.empty();
            } finally {
                picker.settled(proposal.address());
            }
        });
    }

    private PatchbayException exhausted(PoolUser user) {
        boolean whole = user.range().equals(user.pool().subnet().usable());
        long containers = 0;
        long others = 0;
        for (Versioned<Claim> claim : state.claims().list(State.claimsPrefix(user.pool()))) {
            if (user.range().contains(claim.value().address())) {
                boolean container = claim.value().kind() == Claim.Kind.ENDPOINT;
                containers += container ? 1 : 0;
                others += container ? 0 : 1;
            }
        }
        return new PatchbayException(
                Kind.EXHAUSTED,
                "no address left in pool " + user.pool().spoken() + (whole ? "" : " in range " + user.range()) + ": of "
                        + user.range().size() + " addresses, " + containers + " are claimed by containers and " + others
                        + " are gateway, aux or reserved");
    }

    private Claim pending(PoolUser user, IpAddress address, Optional<String> container, Optional<MacAddress> mac) {
        return new Claim(
                user.pool(),
                address,
                Claim.Kind.ENDPOINT,
                Claim.State.PENDING,
                host,
                user.id(),
                Optional.empty(),
                mac,
                container,
                time.now(),
                Map.of());
    }

    private boolean commit(Claim claim, long revision) {
        String key = State.claimKey(claim);
        return state.commit(Transaction.builder()
                .ifRevision(key, revision)
                .ifPresent(State.userKey(claim.pool(), host, claim.user()))
                .put(key, state.claims().encode(claim))
                .build());
    }

    /** Exactly this address, also outside the user's range. */
    IpAddress exactly(PoolUser user, IpAddress address, Optional<String> container, Optional<MacAddress> mac) {
        PoolName name = user.pool();
        return state.settle("address " + address + " of pool " + name.spoken(), () -> {
            Optional<Versioned<Claim>> present = state.claims().get(State.claimKey(name, address));
            if (present.isPresent() && isRepeat(present.get().value(), mac)) {
                return Optional.of(address);
            }
            present.ifPresent(p -> clearTheWay(p.value()));
            Optional<Versioned<Claim>> now = state.claims().get(State.claimKey(name, address));
            Claim claim = pending(user, address, container, mac);
            return commit(claim, now.map(Versioned::revision).orElse(0L)) ? Optional.of(address) : Optional.empty();
        });
    }

    /** The same request again, known by its MAC (only engines that are asked to send one do). */
    private boolean isRepeat(Claim claim, Optional<MacAddress> mac) {
        return claim.is(Claim.State.PENDING) && claim.host().equals(host) && mac.isPresent() && mac.equals(claim.mac());
    }

    /** Refuses when somebody really has the address; what a crash of this host's engine left behind is removed. */
    private void clearTheWay(Claim claim) {
        if (claim.is(Claim.State.HELD)) {
            return;
        }
        if (claim.kind() != Claim.Kind.ENDPOINT || !claim.host().equals(host)) {
            throw new PatchbayException(Kind.CONFLICT, describe(claim));
        }
        if (claim.state() == Claim.State.PENDING
                && Duration.between(claim.since(), time.now()).abs().compareTo(JUST_ASKED) < 0) {
            throw new PatchbayException(Kind.CONFLICT, describe(claim));
        }
        if (claim.state() == Claim.State.BOUND && !endOfStale(claim)) {
            throw new PatchbayException(Kind.CONFLICT, describe(claim));
        }
    }

    private boolean endOfStale(Claim claim) {
        Optional<EndpointRecord> endpoint = claim.endpoint()
                .flatMap(id -> state.endpoints().get(State.endpointKey(host, id)))
                .map(Versioned::value);
        return endpoint.isEmpty() || liveness.endIfStale(endpoint.get());
    }

    /** Who has an address, as a sentence's beginning for a refusal. */
    static String describe(Claim claim) {
        String address =
                "address " + claim.address() + " of pool " + claim.pool().spoken();
        return switch (claim.kind()) {
            case GATEWAY -> address + " is the gateway, named by a network of host " + claim.host();
            case AUX -> address + " is an aux address, named by a network of host " + claim.host();
            case RESERVED -> address + " is reserved, by host " + claim.host();
            case ENDPOINT ->
                address + " is held by "
                        + claim.container().map(c -> "container " + c + ", ").orElse("")
                        + claim.endpoint().map(e -> "endpoint " + e).orElse("a container that is starting or stopping")
                        + " on host " + claim.host() + " since " + claim.since();
        };
    }

    /**
     * Adds to a transaction what binds an endpoint's address: the pending claim, or one made on the spot when it went astray (released late by an endpoint that had the
     * address before, or swept). Another's is a {@code CONFLICT}.
     */
    public void bind(
            EndpointRecord endpoint, NetworkSubnet subnet, IpAddress address, Transaction.Builder transaction) {
        if (subnet.pool().isEmpty() || subnet.user().isEmpty()) {
            return;
        }
        PoolName name = subnet.pool().get();
        String key = State.claimKey(name, address);
        Optional<Versioned<Claim>> present = state.claims().get(key);
        Claim claim = present.map(Versioned::value)
                .filter(c -> !c.is(Claim.State.HELD))
                .orElseGet(() -> new Claim(
                        name,
                        address,
                        Claim.Kind.ENDPOINT,
                        Claim.State.PENDING,
                        host,
                        subnet.user().get(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        time.now(),
                        Map.of()));
        boolean ours = claim.kind() == Claim.Kind.ENDPOINT && claim.host().equals(host);
        boolean free = claim.state() != Claim.State.BOUND
                || claim.endpoint().filter(endpoint.id()::equals).isPresent();
        if (!ours || (!free && !endOfStale(claim))) {
            throw new PatchbayException(Kind.CONFLICT, describe(claim));
        }
        transaction
                .ifRevision(key, state.claims().revision(key))
                .put(key, state.claims().encode(claim.boundTo(endpoint.id(), endpoint.mac(), time.now())));
    }

    /** Adds to a transaction what unbinds an endpoint's claims; dockerd's release of each is to follow. */
    public void unbind(EndpointRecord endpoint, Claim.State to, Transaction.Builder transaction) {
        for (Versioned<Claim> claim : boundTo(endpoint)) {
            String key = State.claimKey(claim.value());
            transaction
                    .ifRevision(key, claim.revision())
                    .put(key, state.claims().encode(claim.value().unbound(to, time.now())));
        }
    }

    /** The claims that are bound to the endpoint. */
    private List<Versioned<Claim>> boundTo(EndpointRecord endpoint) {
        return state.networks().get(State.networkKey(endpoint.host(), endpoint.network())).stream()
                .flatMap(network -> network.value().subnets().stream())
                .flatMap(subnet -> subnet.pool().stream())
                .flatMap(pool -> endpoint.addresses().stream()
                        .flatMap(cidr -> state.claims().get(State.claimKey(pool, cidr.address())).stream()))
                .filter(claim ->
                        claim.value().endpoint().filter(endpoint.id()::equals).isPresent())
                .toList();
    }

    /** Gives an address back. What is bound to an endpoint that still lives stays: such a release is late or somebody else's. */
    void release(PoolUser user, IpAddress address) {
        state.settle("address " + address + " of pool " + user.pool().spoken(), () -> releaseOnce(user, address));
    }

    private Optional<Boolean> releaseOnce(PoolUser user, IpAddress address) {
        String key = State.claimKey(user.pool(), address);
        Optional<Versioned<Claim>> present = state.claims().get(key);
        if (present.isEmpty() || !isOwn(present.get().value(), user)) {
            return Optional.of(false);
        }
        Claim claim = present.get().value();
        if (claim.state() == Claim.State.BOUND && !endOfStale(claim)) {
            return Optional.of(false);
        }
        // ending a stale endpoint has written the claim
        long revision = state.claims().revision(key);
        Claim held = claim.unbound(Claim.State.HELD, time.now());
        boolean done = state.commit(Transaction.builder()
                .ifRevision(key, revision)
                .put(key, state.claims().encode(held))
                .build());
        return done ? Optional.of(true) : Optional.empty();
    }

    private boolean isOwn(Claim claim, PoolUser user) {
        return claim.kind() == Claim.Kind.ENDPOINT
                && claim.state() != Claim.State.HELD
                && claim.host().equals(host)
                && claim.user().equals(user.id());
    }

    AddressPicker.Counts counts(PoolName pool) {
        return pickers.of(pool).counts();
    }

    /** What an operator is told of a pool. */
    public Usage usage(Pool pool) {
        AddressPicker.Counts counts = counts(pool.name());
        return new Usage(counts.endpoints(), counts.others(), counts.held());
    }

    /**
     * How full a pool is.
     *
     * @param used claimed by endpoints, held ones included
     * @param reserved gateway, aux and reserved addresses
     */
    public record Usage(long used, long reserved, long held) {}
}
