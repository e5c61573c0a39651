package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.ipam.PickOrder.Proposal;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.NetworkRecord;
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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The claims of containers' addresses: asked for, bound to an endpoint, given back, held a while for their host. A
 * claim is one key, and the transaction that makes it only if it is absent decides who has the address. What becomes of
 * a claim in each case says {@link ClaimLife}.
 */
public final class Claims {
    /** For so long what was given back counts as if it were still used. */
    private static final Duration AWHILE = Duration.ofMinutes(1);

    /** Of how many addresses it is remembered that a container has had them since this process was started. */
    private static final int REMEMBERED = 1000;

    private final State state;
    private final String host;
    private final Machines machines;
    private final TimeSource time;
    private final AddressPickers pickers;
    private final FormerMacs former;
    private final Quarantine quarantine;
    private final Neighbours neighbours;
    private final Spares spares;
    private final ClaimWriter writer;
    private final DynamicAllocation allocation;
    private final Set<Ref<Claim>> bound = Collections.newSetFromMap(Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Ref<Claim>, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    }));

    /**
     * {@code reserve}: how many addresses of each range are claimed beforehand; {@code executor} lets go what other
     * hosts ask for.
     */
    public Claims(
            State state,
            String host,
            Machines machines,
            Lan lan,
            TimeSource time,
            EndpointLiveness liveness,
            int reserve,
            Executor executor) {
        this.state = state;
        this.host = host;
        this.time = time;
        this.machines = machines;
        this.pickers = new AddressPickers(host, claim -> isKept(state, claim), time);
        this.former = new FormerMacs(time);
        this.quarantine = new Quarantine(state, host, machines, pickers, former, time, executor);
        AskedNetworks networks = new AskedNetworks(state, host, lan.asked(), time);
        this.neighbours = new Neighbours(state, lan.links(), pickers, machines, networks, quarantine, time, executor);
        this.spares = new Spares(state, host, machines, neighbours, reserve, time, pickers, executor);
        this.writer = new ClaimWriter(liveness, spares::askFor);
        this.allocation = new DynamicAllocation(state, spares);
    }

    /** A container's that asked for it by name, and whose end its host hears from its engine. */
    private static boolean isKept(State state, Claim claim) {
        return claim.isFixed()
                && state.peek(Ref.host(claim.owner().name()))
                        .filter(host -> host.value().asksEngine())
                        .isPresent();
    }

    /** Begins to follow the claims there are; call once, before the first request and before the state is started. */
    public void start() {
        pickers.follow(state);
        state.claims().follow(former);
        neighbours.start();
        spares.start();
    }

    /**
     * Keeps this host's reserve as large as it is to be; some transactions, so not for a call of dockerd's to wait for.
     */
    public void keepReserve() {
        spares.keepUp();
    }

    /** Some address of the user's range. */
    IpAddress any(PoolUser user, Optional<String> container, Optional<MacAddress> mac) {
        AddressPicker picker = pickers.of(user.pool(), user.range(), state);
        Machines.OfPool taken = machines.of(user.pool());
        AtomicBoolean unasked = new AtomicBoolean();
        IpAddress given =
                allocation.of(user, picker, taken, d -> propose(d, user, picker, container, taken), (d, proposal) -> {
                    unasked.set(proposal.over().isEmpty() && !picker.answers().isSilent(proposal.address()));
                    Claim claim = pending(user, proposal.address(), new Life.Container(mac, container, false));
                    ClaimWriter.requireUser(d, Ref.user(user.pool(), host, user.id()), user.pool());
                    ClaimWriter.replaceOnce(d, proposal.over(), claim);
                    d.onConflict(() -> picker.jump(user.range()));
                    d.ifUnanswered(claim, late -> ClaimEnd.end(late, claim, time.now()));
                });
        neighbours.hasGiven(user, unasked.get() ? Optional.of(given) : Optional.empty());
        return given;
    }

    /** While the store is away only what is this host's, and then there is nothing to be freed elsewhere. */
    private Optional<Proposal> propose(
            Decision d, PoolUser user, AddressPicker picker, Optional<String> container, Machines.OfPool taken) {
        if (!d.isAlone()) {
            return picker.propose(user.range(), container, taken.and(state.reserved(user.pool())));
        }
        Optional<Proposal> proposal = picker.proposeAlone(
                user.range(),
                container,
                claim -> state.isExclusive(claim)
                        && taken.holder(claim.address()).isEmpty());
        if (proposal.isEmpty()) {
            throw reserveUsedUp(user);
        }
        return proposal;
    }

    private PatchbayException reserveUsedUp(PoolUser user) {
        return new PatchbayException(
                Kind.UNAVAILABLE,
                "no address of pool " + user.pool().describe() + " can be claimed now, and of the reserve of host "
                        + host
                        + " (--reserve " + spares.reserve() + ") none is left: "
                        + state.contact().map(Contact::reason).orElse(""));
    }

    private Claim pending(PoolUser user, IpAddress address, Life.Container container) {
        return pending(user.pool(), address, user.id(), container);
    }

    private Claim pending(PoolName pool, IpAddress address, String user, Life.Container container) {
        return Claim.of(pool, address, new Owner.OfHost(host, user), new Life.Asked(container), time.now());
    }

    /** Exactly this address, also outside the user's range. */
    IpAddress exactly(PoolUser user, IpAddress address, Life.Container container) {
        PoolName name = user.pool();
        machines.holder(name, address).ifPresent(whose -> {
            throw ClaimRefusals.machines(name, address, whose);
        });
        if (isElsewhere(name, address)) {
            state.refresh(Ref.claim(name, address));
        }
        // the LAN's silence would have it preferred for a container that is started beside this one
        boolean taken = pickers.of(name).take(address);
        try {
            boolean asked = requireFree(user, address);
            Claim claim = pending(user, address, container);
            state.change("address " + address + " of pool " + name.describe(), d -> exactly(d, user, claim));
            if (!asked) {
                neighbours.hasGiven(user, Optional.of(address));
            }
        } finally {
            if (taken) {
                pickers.of(name).settled(address);
            }
        }
        return address;
    }

    /**
     * What one of ours has is no question for the LAN, and what it has just given back is not asked for again. If this
     * process has not seen it in use the host may have been off for days, and it is asked for in the background. What
     * nobody has used for a while may be anybody's by now. True when it need not be asked for any more.
     */
    private boolean requireFree(PoolUser user, IpAddress address) {
        Optional<Claim> claim = state.peek(Ref.claim(user.pool(), address)).map(Versioned::value);
        boolean rested =
                claim.filter(c -> c.isSpare() || (c.isHeld() && isOfWhile(c))).isPresent();
        if (claim.isEmpty() || rested) {
            neighbours.requireFree(user, address);
            return true;
        }
        if (claim.get().isHeld()) {
            neighbours.requireUnheard(user, address);
        }
        return bound.contains(Ref.claim(user.pool(), address));
    }

    private boolean isOfWhile(Claim held) {
        return Duration.between(held.since(), time.now()).abs().compareTo(AWHILE) >= 0;
    }

    private void exactly(Decision d, PoolUser user, Claim claim) {
        ClaimWriter.requireUser(d, Ref.user(user.pool(), host, user.id()), user.pool());
        writer.apply(d, Ref.of(claim), (present, gone) -> ClaimLife.take(present, user, claim, gone, facts(d)));
    }

    private ClaimLife.Facts facts(Decision d) {
        return new KnownFacts(d, time.now());
    }

    /** A container that has just been stopped there may be started here, before the watch has told. */
    private boolean isElsewhere(PoolName pool, IpAddress address) {
        return state.peek(Ref.claim(pool, address))
                .filter(c -> !c.value().owner().name().equals(host))
                .isPresent();
    }

    /**
     * Binds an endpoint's address: the pending claim, or one made on the spot when it went astray (released late by an
     * endpoint that had the address before, or swept). Another's is a {@code CONFLICT}.
     */
    public void bind(Decision d, EndpointRecord endpoint, NetworkSubnet subnet, IpAddress address) {
        if (subnet.pool().isEmpty() || subnet.user().isEmpty()) {
            return;
        }
        Claim astray = pending(subnet.pool().get(), address, subnet.user().get(), Life.Container.UNKNOWN);
        bound.add(Ref.of(astray));
        writer.apply(d, Ref.of(astray), (present, gone) -> ClaimLife.bind(present, astray, endpoint, gone, time.now()));
    }

    /**
     * Refuses an endpoint that is about to join if something else on the LAN was heard to have an address of it since
     * it was given.
     */
    public void requireUncontested(EndpointRecord endpoint, NetworkRecord network) {
        for (NetworkSubnet subnet : network.subnets()) {
            subnet.pool()
                    .ifPresent(pool -> endpoint.addresses().stream()
                            .map(Cidr::address)
                            .filter(pool.subnet()::contains)
                            .forEach(a -> neighbours.requireUncontested(network, pool, a, endpoint.mac())));
        }
    }

    /** Whether the address is bound to the endpoint; a claim that cannot be read may say so. */
    public boolean isBoundTo(EndpointRecord endpoint, PoolName pool, IpAddress address) {
        Ref<Claim> claim = Ref.claim(pool, address);
        return state.isUnreadable(claim)
                || state.peek(claim)
                        .flatMap(c -> c.value().endpoint())
                        .filter(endpoint.id()::equals)
                        .isPresent();
    }

    /** Unbinds an endpoint's claims: dockerd's release of each is to follow, or nobody will speak of them again. */
    public void unbind(Decision d, EndpointRecord endpoint, boolean releaseFollows) {
        for (Versioned<Claim> claim : boundTo(d, endpoint)) {
            Claim next = releaseFollows
                    ? ClaimLife.unbound(claim.value(), time.now())
                    : ClaimLife.released(claim.value(), facts(d));
            ClaimWriter.replace(d, Optional.of(claim), next);
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

    /**
     * Gives an address back. What is bound to an endpoint that still lives stays: such a release is late or somebody
     * else's.
     */
    void release(PoolUser user, IpAddress address) {
        state.change("address " + address + " of pool " + user.pool().describe(), d -> release(d, user, address));
    }

    private void release(Decision d, PoolUser user, IpAddress address) {
        writer.apply(
                d,
                Ref.claim(user.pool(), address),
                (present, gone) -> ClaimLife.release(present, user, gone, facts(d)));
    }

    String host() {
        return host;
    }

    /** Whose addresses no container is given. */
    public Machines machines() {
        return machines;
    }

    /** What something on the LAN has which is none of ours. */
    public Quarantine quarantine() {
        return quarantine;
    }

    /** Which MACs the addresses had until a moment ago. */
    public FormerMacs formerMacs() {
        return former;
    }

    /** Who asks the LAN. */
    public Neighbours neighbours() {
        return neighbours;
    }

    AddressPickers pickers() {
        return pickers;
    }

    DynamicAllocation allocation() {
        return allocation;
    }

    ClaimWriter writer() {
        return writer;
    }

    /** How full a range of a pool is. */
    public RangeUse use(Pool pool, AddressRange range) {
        return RangeUse.of(
                pool, range, pickers.of(pool.name()), machines.of(pool.name()), quarantine.count(pool.name(), range));
    }
}
