package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Contact;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.List;
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
        return some.of(user, picker, d -> propose(d, user, picker, container), (d, proposal) -> {
            Claim claim = pending(user, proposal.address(), container, mac);
            d.expect(Ref.of(claim), proposal.over());
            d.expectPresent(Ref.user(user.pool(), host, user.id()));
            d.putOnce(claim);
            d.onConflict(() -> picker.jump(user.range()));
            d.ifUnanswered(() -> unanswered.add(claim));
            d.whenOver(done -> {
                if (done) {
                    unanswered.remove(claim);
                }
            });
        });
    }

    /** While the store is away only what is this host's, and then there is nothing to be freed elsewhere. */
    private Optional<Proposal> propose(Decision d, PoolUser user, AddressPicker picker, Optional<String> container) {
        if (!d.isAlone()) {
            return picker.propose(user.range(), container, state.reserved(user.pool()));
        }
        Optional<Proposal> proposal = picker.proposeAlone(user.range(), container, state::isFirm);
        if (proposal.isEmpty()) {
            throw reserveUsedUp(user);
        }
        return proposal;
    }

    private PatchbayException reserveUsedUp(PoolUser user) {
        return new PatchbayException(
                Kind.UNAVAILABLE,
                "no address of pool " + user.pool().spoken() + " can be claimed now, and of the reserve of host " + host
                        + " (--reserve " + spares.reserve() + ") none is left: "
                        + state.contact().map(Contact::reason).orElse(""));
    }

    private Claim pending(PoolUser user, IpAddress address, Optional<String> container, Optional<MacAddress> mac) {
        return pending(user.pool(), address, user.id(), container, mac);
    }

    private Claim astray(PoolName pool, IpAddress address, String user) {
        return pending(pool, address, user, Optional.empty(), Optional.empty());
    }

    private Claim pending(
            PoolName pool, IpAddress address, String user, Optional<String> container, Optional<MacAddress> mac) {
        return Claim.of(
                pool,
                address,
                new Owner.OfHost(host, user),
                new Life.Asked(new Life.Container(mac, container)),
                time.now());
    }

    /** Exactly this address, also outside the user's range. */
    IpAddress exactly(PoolUser user, IpAddress address, Optional<String> container, Optional<MacAddress> mac) {
        PoolName name = user.pool();
        if (isElsewhere(name, address)) {
            state.refresh(Ref.claim(name, address));
        }
        Claim claim = pending(user, address, container, mac);
        state.change("address " + address + " of pool " + name.spoken(), d -> exactly(d, user, claim));
        return address;
    }

    private void exactly(Decision d, PoolUser user, Claim claim) {
        Ref<Claim> ref = Ref.of(claim);
        Optional<Claim> present = d.read(ref);
        if (present.filter(p ->
                        p.equals(claim) || isRepeat(p, claim.life().container().mac()))
                .isPresent()) {
            return;
        }
        d.expectPresent(Ref.user(user.pool(), host, user.id()));
        Optional<Claim> taken = present.flatMap(p -> Handover.takenOver(d, p, user, time.now()));
        if (taken.isPresent()) {
            d.put(taken.get());
            return;
        }
        d.peek(ref).ifPresent(this::clearTheWay);
        // what was judged is what is replaced: a claim that came or changed meanwhile, or went back to the leader, is
        // looked at again
        d.put(Handover.takenAgain(d, d.read(ref), claim));
    }

    /** A container that has just been stopped there may be started here, before the watch has told. */
    private boolean isElsewhere(PoolName pool, IpAddress address) {
        return state.peek(Ref.claim(pool, address))
                .filter(c -> !c.value().owner().name().equals(host))
                .isPresent();
    }

    /** The same request again, known by its MAC (only engines that are asked to send one do). */
    private boolean isRepeat(Claim claim, Optional<MacAddress> mac) {
        return claim.life() instanceof Life.Asked asked
                && claim.isOf(host)
                && mac.isPresent()
                && mac.equals(asked.container().mac());
    }

    /** Refuses when somebody really has the address; what a crash of this host's engine left behind is removed. */
    private void clearTheWay(Versioned<Claim> present) {
        Claim claim = present.value();
        if (claim.isHeld()) {
            return;
        }
        if (claim.isSpare()) {
            clearSpare(present);
            return;
        }
        if (!claim.isOf(host)) {
            throw new PatchbayException(Kind.CONFLICT, Refusals.describe(claim));
        }
        if (claim.life() instanceof Life.Asked
                && Duration.between(claim.since(), time.now()).abs().compareTo(JUST_ASKED) < 0) {
            throw new PatchbayException(Kind.CONFLICT, Refusals.describe(claim));
        }
        if (claim.endpoint().isPresent() && !endOfStale(claim)) {
            throw new PatchbayException(Kind.CONFLICT, Refusals.describe(claim));
        }
    }

    /** A spare of ours can be taken over as it is; another host is asked to let its own go. */
    void clearSpare(Versioned<Claim> spare) {
        if (!spare.value().isOf(host)) {
            spares.askFor(spare);
        }
    }

    private boolean endOfStale(Claim claim) {
        Optional<EndpointRecord> endpoint = claim.endpoint()
                .flatMap(id -> state.peek(Ref.endpoint(host, id)))
                .map(Versioned::value);
        return endpoint.isEmpty() || liveness.endIfStale(endpoint.get());
    }

    /**
     * Binds an endpoint's address: the pending claim, or one made on the spot when it went astray (released late by an
     * endpoint that had the address before, or swept). Another's is a {@code CONFLICT}.
     */
    public void bind(Decision d, EndpointRecord endpoint, NetworkSubnet subnet, IpAddress address) {
        if (subnet.pool().isEmpty() || subnet.user().isEmpty()) {
            return;
        }
        Ref<Claim> ref = Ref.claim(subnet.pool().get(), address);
        Optional<Claim> present = d.read(ref).filter(c -> !c.isHeld());
        if (present.isPresent() && isOfAnother(present.get(), endpoint)) {
            if (!present.get().isOf(host) || !endOfStale(present.get())) {
                throw new PatchbayException(Kind.CONFLICT, Refusals.describe(present.get()));
            }
            // ending a stale endpoint has written the claim
            present = d.readAnew(ref).filter(c -> !c.isHeld());
        }
        Claim claim = present.orElseGet(
                () -> astray(subnet.pool().get(), address, subnet.user().get()));
        if (!claim.isOf(host)) {
            throw new PatchbayException(Kind.CONFLICT, Refusals.describe(claim));
        }
        d.put(claim.boundTo(endpoint.id(), endpoint.mac(), time.now()));
    }

    private static boolean isOfAnother(Claim claim, EndpointRecord endpoint) {
        return claim.endpoint().filter(id -> !id.equals(endpoint.id())).isPresent();
    }

    public boolean isBoundTo(EndpointRecord endpoint, PoolName pool, IpAddress address) {
        return state.peek(Ref.claim(pool, address))
                .flatMap(c -> c.value().endpoint())
                .filter(endpoint.id()::equals)
                .isPresent();
    }

    /** Unbinds an endpoint's claims: dockerd's release of each is to follow, or nobody will speak of them again. */
    public void unbind(Decision d, EndpointRecord endpoint, boolean releaseFollows) {
        for (Versioned<Claim> claim : boundTo(d, endpoint)) {
            Claim c = claim.value();
            d.expect(claim);
            d.put(
                    releaseFollows
                            ? c.as(new Life.Releasing(c.life().container()), time.now())
                            : Handover.released(d, c, time.now()));
        }
    }

    /** The claims that are bound to the endpoint. */
    private static List<Versioned<Claim>> boundTo(Decision d, EndpointRecord endpoint) {
        return d.peek(Ref.network(endpoint.host(), endpoint.network())).stream()
                .flatMap(network -> network.value().subnets().stream())
                .flatMap(subnet -> subnet.pool().stream())
                .flatMap(pool ->
                        endpoint.addresses().stream().flatMap(cidr -> d.peek(Ref.claim(pool, cidr.address())).stream()))
                .filter(claim ->
                        claim.value().endpoint().filter(endpoint.id()::equals).isPresent())
                .toList();
    }

    /** Gives an address back. What is bound to an endpoint that still lives stays: such a release is late or somebody else's. */
    void release(PoolUser user, IpAddress address) {
        state.change("address " + address + " of pool " + user.pool().spoken(), d -> release(d, user, address));
    }

    private void release(Decision d, PoolUser user, IpAddress address) {
        Ref<Claim> ref = Ref.claim(user.pool(), address);
        Optional<Claim> present = d.read(ref);
        if (present.isEmpty() || !isOwn(present.get(), user)) {
            return;
        }
        if (present.get().endpoint().isPresent() && !endOfStale(present.get())) {
            return;
        }
        // ending a stale endpoint has written the claim, which is looked at again then
        d.read(ref).map(claim -> Handover.released(d, claim, time.now())).ifPresent(d::put);
    }

    private boolean isOwn(Claim claim, PoolUser user) {
        return claim.isOf(host)
                && !claim.isHeld()
                && !claim.isSpare()
                && claim.owner().user().equals(user.id());
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
