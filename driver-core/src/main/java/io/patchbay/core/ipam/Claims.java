package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Contact;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

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
    private final AddressPickers pickers;
    private final Spares spares;
    private final SomeAddress some;
    private final UnansweredClaims unanswered;

    /** {@code reserve}: how many addresses of each range are claimed beforehand; {@code executor} lets go what other hosts ask for. */
    public Claims(
            State state, String host, TimeSource time, EndpointLiveness liveness, int reserve, Executor executor) {
        this.state = state;
        this.host = host;
        this.time = time;
        this.liveness = liveness;
        this.pickers = new AddressPickers(host);
        this.spares = new Spares(state, host, reserve, time, pickers, executor);
        this.some = new SomeAddress(state, spares);
        this.unanswered = new UnansweredClaims(state, time, executor);
    }

    /** Begins to follow the claims there are; call once, before the first request and before the state is started. */
    public void start() {
        state.claims().follow(pickers);
        spares.start();
        unanswered.start();
    }

    /** Keeps this host's reserve as large as it is to be; some transactions, so not for a call of dockerd's to wait for. */
    public void keepReserve() {
        spares.keepUp();
    }

    /** Some address of the user's range. */
    IpAddress any(PoolUser user, Optional<String> container, Optional<MacAddress> mac) {
        AddressPicker picker = pickers.of(user.pool(), user.range(), state);
        return some.of(
                user,
                picker,
                () -> propose(user, picker, container),
                proposal -> take(user, proposal, picker, container, mac));
    }

    /** While the store is away only what is this host's, and then there is nothing to be freed elsewhere. */
    private Optional<Proposal> propose(PoolUser user, AddressPicker picker, Optional<String> container) {
        if (!state.isAway()) {
            return picker.propose(user.range(), container, state.reserved(user.pool()));
        }
        Optional<Proposal> proposal = picker.proposeAlone(user.range(), container, state::isFirm);
        if (proposal.isEmpty()) {
            throw reserveUsedUp(user);
        }
        return proposal;
    }

    /** False when it is to be tried again: after a conflict, or alone, when the store has just been lost. */
    private boolean take(
            PoolUser user,
            Proposal proposal,
            AddressPicker picker,
            Optional<String> container,
            Optional<MacAddress> mac) {
        boolean alone = state.isAway();
        Claim claim = pending(user, proposal.address(), container, mac);
        try {
            boolean taken = commit(claim, proposal.revision()) || isThere(claim);
            if (taken) {
                unanswered.remove(claim);
            } else {
                picker.jump(user.range());
            }
            return taken;
        } catch (PatchbayException e) {
            if (e.kind() == Kind.UNAVAILABLE && !alone) {
                unanswered.add(claim);
                if (state.isAway()) {
                    return false;
                }
            }
            throw e;
        }
    }

    /** The very same is from an earlier attempt, whose answer was lost. */
    private boolean isThere(Claim claim) {
        return state.claims()
                .get(Keys.claim(claim))
                .filter(present -> present.value().equals(claim))
                .isPresent();
    }

    private PatchbayException reserveUsedUp(PoolUser user) {
        return new PatchbayException(
                Kind.UNAVAILABLE,
                "no address of pool " + user.pool().spoken() + " can be claimed now, and of the reserve of host " + host
                        + " (--reserve " + spares.reserve() + ") none is left: "
                        + state.contact().map(Contact::reason).orElse(""));
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
                Optional.empty(),
                time.now(),
                Map.of());
    }

    private boolean commit(Claim claim, long revision) {
        String key = Keys.claim(claim);
        return state.commit(Transaction.builder()
                .ifRevision(key, revision)
                .ifPresent(Keys.user(claim.pool(), host, claim.user()))
                .put(key, state.claims().encode(claim))
                .build());
    }

    /** Exactly this address, also outside the user's range. */
    IpAddress exactly(PoolUser user, IpAddress address, Optional<String> container, Optional<MacAddress> mac) {
        PoolName name = user.pool();
        if (isElsewhere(name, address)) {
            state.refresh(Keys.claim(name, address));
        }
        Claim claim = pending(user, address, container, mac);
        return state.settle("address " + address + " of pool " + name.spoken(), () -> {
            Optional<Versioned<Claim>> present = state.claims().get(Keys.claim(name, address));
            if (isThere(claim) || (present.isPresent() && isRepeat(present.get().value(), mac))) {
                return Optional.of(address);
            }
            Optional<Claim> taken = present.flatMap(p -> Handover.takenOver(state, p.value(), user, time.now()));
            if (taken.isPresent()) {
                return commit(taken.get(), present.get().revision()) ? Optional.of(address) : Optional.empty();
            }
            present.ifPresent(this::clearTheWay);
            // what was judged is what is replaced: a claim that came or changed meanwhile, or went back to the leader,
            // is looked at again
            long judged = present.map(Versioned::revision).orElse(0L);
            boolean same = state.claims().revision(Keys.claim(name, address)) == judged;
            Claim wanted = Handover.takenAgain(state, present.map(Versioned::value), claim);
            return same && commit(wanted, judged) ? Optional.of(address) : Optional.empty();
        });
    }

    /** A container that has just been stopped there may be started here, before the watch has told. */
    private boolean isElsewhere(PoolName pool, IpAddress address) {
        return state.claims()
                .get(Keys.claim(pool, address))
                .filter(c -> !c.value().host().equals(host))
                .isPresent();
    }

    /** The same request again, known by its MAC (only engines that are asked to send one do). */
    private boolean isRepeat(Claim claim, Optional<MacAddress> mac) {
        return claim.is(Claim.State.PENDING) && claim.host().equals(host) && mac.isPresent() && mac.equals(claim.mac());
    }

    /** Refuses when somebody really has the address; what a crash of this host's engine left behind is removed. */
    private void clearTheWay(Versioned<Claim> present) {
        Claim claim = present.value();
        if (claim.is(Claim.State.HELD)) {
            return;
        }
        if (claim.is(Claim.State.SPARE)) {
            clearSpare(present);
            return;
        }
        if (claim.kind() != Claim.Kind.ENDPOINT || !claim.host().equals(host)) {
            throw new PatchbayException(Kind.CONFLICT, Refusals.describe(claim));
        }
        if (claim.state() == Claim.State.PENDING
                && Duration.between(claim.since(), time.now()).abs().compareTo(JUST_ASKED) < 0) {
            throw new PatchbayException(Kind.CONFLICT, Refusals.describe(claim));
        }
        if (claim.state() == Claim.State.BOUND && !endOfStale(claim)) {
            throw new PatchbayException(Kind.CONFLICT, Refusals.describe(claim));
        }
    }

    /** A spare of ours can be taken over as it is; another host is asked to let its own go. */
    void clearSpare(Versioned<Claim> spare) {
        if (!spare.value().host().equals(host)) {
            spares.askFor(spare);
        }
    }

    private boolean endOfStale(Claim claim) {
        Optional<EndpointRecord> endpoint = claim.endpoint()
                .flatMap(id -> state.endpoints().get(Keys.endpoint(host, id)))
                .map(Versioned::value);
        return endpoint.isEmpty() || liveness.endIfStale(endpoint.get());
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
        String key = Keys.claim(name, address);
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
                        Optional.empty(),
                        time.now(),
                        Map.of()));
        boolean ours = claim.kind() == Claim.Kind.ENDPOINT && claim.host().equals(host);
        boolean free = claim.state() != Claim.State.BOUND
                || claim.endpoint().filter(endpoint.id()::equals).isPresent();
        if (!ours || (!free && !endOfStale(claim))) {
            throw new PatchbayException(Kind.CONFLICT, Refusals.describe(claim));
        }
        // ending a stale endpoint has written the claim
        long revision = free
                ? present.map(Versioned::revision).orElse(0L)
                : state.claims().revision(key);
        transaction
                .ifRevision(key, revision)
                .put(key, state.claims().encode(claim.boundTo(endpoint.id(), endpoint.mac(), time.now())));
    }

    public boolean isBoundTo(EndpointRecord endpoint, PoolName pool, IpAddress address) {
        return state.claims()
                .get(Keys.claim(pool, address))
                .flatMap(c -> c.value().endpoint())
                .filter(endpoint.id()::equals)
                .isPresent();
    }

    /** Adds to a transaction what unbinds an endpoint's claims; dockerd's release of each is to follow. */
    public void unbind(EndpointRecord endpoint, Claim.State to, Transaction.Builder transaction) {
        for (Versioned<Claim> claim : boundTo(endpoint)) {
            String key = Keys.claim(claim.value());
            transaction
                    .ifRevision(key, claim.revision())
                    .put(key, state.claims().encode(ended(claim.value(), to)));
        }
    }

    private Claim ended(Claim claim, Claim.State to) {
        return to == Claim.State.HELD ? Handover.released(state, claim, time.now()) : claim.unbound(to, time.now());
    }

    /** The claims that are bound to the endpoint. */
    private List<Versioned<Claim>> boundTo(EndpointRecord endpoint) {
        return state.networks().get(Keys.network(endpoint.host(), endpoint.network())).stream()
                .flatMap(network -> network.value().subnets().stream())
                .flatMap(subnet -> subnet.pool().stream())
                .flatMap(pool -> endpoint.addresses().stream()
                        .flatMap(cidr -> state.claims().get(Keys.claim(pool, cidr.address())).stream()))
                .filter(claim ->
                        claim.value().endpoint().filter(endpoint.id()::equals).isPresent())
                .toList();
    }

    /** Gives an address back. What is bound to an endpoint that still lives stays: such a release is late or somebody else's. */
    void release(PoolUser user, IpAddress address) {
        state.settle("address " + address + " of pool " + user.pool().spoken(), () -> releaseOnce(user, address));
    }

    private Optional<Boolean> releaseOnce(PoolUser user, IpAddress address) {
        String key = Keys.claim(user.pool(), address);
        Optional<Versioned<Claim>> present = state.claims().get(key);
        if (present.isEmpty() || !isOwn(present.get().value(), user)) {
            return Optional.of(false);
        }
        Claim claim = present.get().value();
        if (claim.state() == Claim.State.BOUND && !endOfStale(claim)) {
            return Optional.of(false);
        }
        long revision = present.get().revision();
        if (state.claims().revision(key) != revision) {
            // ending a stale endpoint has written the claim
            return Optional.empty();
        }
        Claim held = ended(claim, Claim.State.HELD);
        boolean done = state.commit(Transaction.builder()
                .ifRevision(key, revision)
                .put(key, state.claims().encode(held))
                .build());
        return done ? Optional.of(true) : Optional.empty();
    }

    private boolean isOwn(Claim claim, PoolUser user) {
        return claim.kind() == Claim.Kind.ENDPOINT
                && claim.state() != Claim.State.HELD
                && claim.state() != Claim.State.SPARE
                && claim.host().equals(host)
                && claim.user().equals(user.id());
    }

    AddressPickers pickers() {
        return pickers;
    }

    SomeAddress some() {
        return some;
    }

    ClaimIndex.Counts counts(PoolName pool) {
        return pickers.of(pool).counts();
    }

    /** What an operator is told of a pool. */
    public Usage usage(Pool pool) {
        ClaimIndex.Counts counts = counts(pool.name());
        return new Usage(counts.endpoints(), counts.others(), counts.held(), counts.spares());
    }

    /**
     * How full a pool is.
     *
     * @param used claimed by endpoints, held ones included
     * @param reserved gateway, aux and reserved addresses
     * @param spare claimed by hosts beforehand
     */
    public record Usage(long used, long reserved, long held, long spare) {}
}
