package io.patchbay.core.endpoint;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.contract.NetworkDriver.EndpointGrant;
import io.patchbay.core.contract.NetworkDriver.EndpointRequest;
import io.patchbay.core.contract.NetworkDriver.JoinGrant;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.ipam.Claims;
import io.patchbay.core.ipam.MacClaims;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.LinksInUse;
import io.patchbay.core.link.Veth;
import io.patchbay.core.network.InterfaceName;
import io.patchbay.core.network.Macs;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.network.Networks;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.state.Contact;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import io.patchbay.core.work.Repaired;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The endpoints of this host, from dockerd's CreateEndpoint to its DeleteEndpoint. */
public final class Endpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);

    private final State state;
    private final String host;
    private final Networks networks;
    private final Claims claims;
    private final Links links;
    private final Pairs pairs;
    private final LinkRemover remover;
    private final Announcer announcer;
    private final EndpointMacs macs;
    private final TimeSource time;
    private final Executor executor;
    /** Whether the LAN is still to be told of what an earlier process has joined. */
    private final AtomicBoolean unannounced = new AtomicBoolean();

    public Endpoints(
            State state,
            String host,
            Networks networks,
            Claims claims,
            MacClaims macClaims,
            Links links,
            Announcer announcer,
            TimeSource time,
            Executor executor) {
        this.state = state;
        this.host = host;
        this.networks = networks;
        this.claims = claims;
        this.links = links;
        this.pairs = new Pairs(links, new Vacancy(state, links), time);
        this.remover = new LinkRemover(links, executor);
        this.announcer = announcer;
        this.macs = new EndpointMacs(
                state, host, macClaims, new StationMacs(state, host, links), this::endIfStale, executor);
        this.time = time;
        this.executor = executor;
    }

    /** Begins to follow what there is; call once, before the state is started. */
    public void start() {
        macs.start();
    }

    /** Sees to the claims of MAC addresses, for every round; not while the store is away. */
    public void tidy(List<Link> links, Repaired repaired) {
        macs.tidy(all(), Set.copyOf(LinksInUse.endpoints(links)), repaired);
    }

    /** Records the endpoint and binds its claims, in one transaction. No kernel work: it may never be joined. */
    public EndpointGrant create(EndpointRequest request) {
        LinkName names = LinkName.of(request.endpointId());
        Placement.checkOptions(request.options());
        NetworkRecord network = networks.require(request.networkId());
        EndpointRecord wanted = wanted(request, names);
        wanted.interfaceName().ifPresent(name -> InterfaceName.check(name, NetworkOptions.parse(network.options())));
        macs.check(wanted, network);
        return state.decide("endpoint " + wanted.id(), d -> create(d, wanted, network));
    }

    private EndpointRecord wanted(EndpointRequest request, LinkName names) {
        return new EndpointRecord(
                request.endpointId(),
                request.networkId(),
                host,
                request.addresses(),
                request.mac().orElseGet(() -> Macs.ofContainer(request.addresses(), request.endpointId())),
                request.mac().isPresent(),
                names.hostEnd(),
                EndpointRecord.State.RESERVED,
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(request.options().get(InterfaceName.OPTION)),
                time.now(),
                Map.of());
    }

    private EndpointGrant create(Decision d, EndpointRecord wanted, NetworkRecord network) {
        Optional<EndpointRecord> known = d.read(Ref.endpoint(host, wanted.id()));
        if (known.isPresent()) {
            checkSame(known.get(), wanted);
            return grant(known.get());
        }
        Placement.checkInside(wanted, network);
        EndpointRecord endpoint = macs.claim(d, wanted, network);
        d.expectPresent(Ref.network(host, network.id()));
        d.put(endpoint);
        bind(d, endpoint, network);
        return grant(endpoint);
    }

    private static EndpointGrant grant(EndpointRecord endpoint) {
        return new EndpointGrant(endpoint.macGiven() ? Optional.empty() : Optional.of(endpoint.mac()));
    }

    private void bind(Decision d, EndpointRecord endpoint, NetworkRecord network) {
        for (Cidr address : endpoint.addresses()) {
            network.subnetOf(address.address()).ifPresent(s -> claims.bind(d, endpoint, s, address.address()));
        }
    }

    private static void checkSame(EndpointRecord known, EndpointRecord wanted) {
        boolean same = known.network().equals(wanted.network())
                && known.addresses().equals(wanted.addresses())
                && (known.mac().equals(wanted.mac()) || (!known.macGiven() && !wanted.macGiven()));
        if (!same) {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "endpoint " + known.id() + " exists already on network " + known.network() + " with addresses "
                            + known.addresses() + " and MAC " + known.mac());
        }
    }

    /** Makes the veth pair, then says so in the record. The container end is left for dockerd to move and set up. */
    public JoinGrant join(String networkId, String endpointId, String sandbox) {
        EndpointRecord endpoint = require(networkId, endpointId);
        NetworkRecord network = networks.require(networkId);
        NetworkOptions options = NetworkOptions.parse(network.options());
        Placement.checkApart(endpoint, options, othersIn(sandbox, endpointId), networks);
        claims.requireUncontested(endpoint, network);
        networks.ensureBridge(network);
        Veth veth = pairs.make(endpoint, network, options);
        try {
            recordJoin(endpointId, sandbox);
        } catch (RuntimeException e) {
            pairs.undo(veth, e);
            throw e;
        }
        announcer.expect(endpoint, network.bridge());
        return JoinAnswer.of(endpoint, network, options, networks);
    }

    private List<EndpointRecord> othersIn(String sandbox, String endpointId) {
        return all().stream()
                .filter(e -> e.sandbox().filter(sandbox::equals).isPresent()
                        && !e.id().equals(endpointId)
                        && links.find(e.link()).isPresent())
                .toList();
    }

    private void recordJoin(String endpointId, String sandbox) {
        state.change("endpoint " + endpointId, d -> {
            EndpointRecord current = d.read(Ref.endpoint(host, endpointId))
                    .orElseThrow(() -> new PatchbayException(
                            Kind.NOT_FOUND, "endpoint " + endpointId + " was deleted while its container joined"));
            d.put(current.joined(sandbox, time.now()));
        });
    }

    private EndpointRecord require(String networkId, String endpointId) {
        return state.peek(Ref.endpoint(host, endpointId))
                .map(Versioned::value)
                .filter(e -> e.network().equals(networkId))
                .orElseThrow(() -> new PatchbayException(
                        Kind.NOT_FOUND,
                        "endpoint " + endpointId + " of network " + networkId + " is not known on host " + host));
    }

    /**
     * Begins to delete the pair and does not wait: dockerd goes on to take the container down meanwhile, and
     * {@link #delete} waits. dockerd finding the link gone is what it expects of a driver that deletes it (moby:
     * osl/interface_linux.go logs it at debug).
     */
    public void leave(String endpointId) {
        if (!LinkName.isEndpointId(endpointId)) {
            return;
        }
        announcer.forget(endpointId);
        remover.begin(LinkName.of(endpointId).both());
    }

    /** Deletes links, then the record: no address is free while its link is there. Claims wait for their release. */
    public void delete(String endpointId) {
        if (!LinkName.isEndpointId(endpointId)) {
            return;
        }
        announcer.forget(endpointId);
        removeLinks(endpointId);
        end(endpointId, true);
    }

    private void removeLinks(String endpointId) {
        try {
            remover.remove(LinkName.of(endpointId).both());
        } catch (CompletionException e) {
            throw e.getCause() instanceof PatchbayException cause ? cause : e;
        }
    }

    private void end(String endpointId, boolean releaseFollows) {
        state.change(
                "endpoint " + endpointId,
                d -> d.read(Ref.endpoint(host, endpointId)).ifPresent(endpoint -> {
                    d.delete(endpoint);
                    macs.unbind(d, endpoint);
                    claims.unbind(d, endpoint, releaseFollows);
                }));
    }

    /** Ends all endpoints of a network that dockerd has deleted; it does so only when it knows of none. */
    public void endAll(String networkId) {
        for (EndpointRecord endpoint : all()) {
            if (endpoint.network().equals(networkId)) {
                LOG.warn("endpoint outlived its network endpoint={} network={}", endpoint.id(), networkId);
                finish(endpoint);
            }
        }
    }

    /** Ends an endpoint that nobody will speak of again: links, record, and its claims are to be had at once. */
    public void finish(EndpointRecord endpoint) {
        announcer.forget(endpoint.id());
        removeLinks(endpoint.id());
        end(endpoint.id(), false);
    }

    /**
     * The endpoint's claims as they should be: bound to it, made again if they are missing. False when another has an
     * address by now; the endpoint has been ended then, for two stations with one address cut each other off.
     */
    public boolean reclaim(EndpointRecord endpoint) {
        Optional<NetworkRecord> network = networks.find(endpoint.network());
        if (network.isEmpty()) {
            return true;
        }
        try {
            state.change("endpoint " + endpoint.id(), d -> {
                d.expectPresent(Ref.endpoint(host, endpoint.id()));
                bind(d, endpoint, network.get());
                macs.reclaim(d, endpoint, network.get());
                d.confirm();
            });
            return true;
        } catch (PatchbayException e) {
            if (e.kind() != Kind.CONFLICT) {
                throw e;
            }
            LOG.error(
                    "endpoint ended, its address is another's by now endpoint={} addresses={} reason=\"{}\"",
                    endpoint.id(),
                    endpoint.addresses(),
                    e.getMessage());
            finish(endpoint);
            return false;
        }
    }

    /** True when each address of the endpoint that comes from a pool is bound to it. */
    public boolean hasItsClaims(EndpointRecord endpoint) {
        Optional<NetworkRecord> network = networks.find(endpoint.network());
        return network.isEmpty()
                || endpoint.addresses().stream()
                        .allMatch(a -> network.get()
                                .subnetOf(a.address())
                                .flatMap(NetworkSubnet::pool)
                                .map(pool -> claims.isBoundTo(endpoint, pool, a.address()))
                                .orElse(true));
    }

    /** See {@link io.patchbay.core.ipam.EndpointLiveness}. */
    public boolean endIfStale(String endpoint) {
        Ref<EndpointRecord> ref = Ref.endpoint(host, endpoint);
        return state.peek(ref)
                .map(known -> endIfStale(known.value()))
                .orElseGet(() -> !state.isUnreadable(ref)
                        && !LinksInUse.endpoints(links.list()).contains(endpoint));
    }

    private boolean endIfStale(EndpointRecord endpoint) {
        if (Liveness.of(endpoint, links.find(endpoint.link()), time.now()) == Liveness.ALIVE) {
            return false;
        }
        LOG.info("stale endpoint ended endpoint={} network={}", endpoint.id(), endpoint.network());
        announcer.forget(endpoint.id());
        removeLinks(endpoint.id());
        end(endpoint.id(), true);
        return true;
    }

    public Map<String, String> info(String endpointId) {
        return state.peek(Ref.endpoint(host, endpointId))
                .map(e -> Map.of(
                        "io.patchbay.link", e.value().link(),
                        "io.patchbay.mac", e.value().mac().toString(),
                        "io.patchbay.state", e.value().state().name().toLowerCase(Locale.ROOT)))
                .orElse(Map.of());
    }

    /** The endpoints of this host. */
    public List<EndpointRecord> all() {
        return state.peekAll(Refs.endpointsOf(host)).stream()
                .map(Versioned::value)
                .toList();
    }

    /**
     * Does for what was joined before this process began what it does for others later. The LAN is told only once the
     * store says that the addresses are still theirs: see {@link #storeBack}.
     */
    public void resume() {
        List<EndpointRecord> joined = joined();
        unannounced.set(true);
        if (state.contact().map(Contact::isOnline).orElse(true)) {
            storeBack();
        }
        // an earlier build let routers through; a kernel call for each, which dockerd's do not wait for
        Chores.begin(
                executor,
                "keeping routers out",
                () -> Chores.each("keeping routers out of", joined, EndpointRecord::id, this::keepRoutersOut));
    }

    private List<EndpointRecord> joined() {
        Set<String> present = links.list().stream().map(Link::name).collect(Collectors.toSet());
        return all().stream()
                .filter(e -> e.state() == EndpointRecord.State.JOINED && present.contains(e.link()))
                .toList();
    }

    /** What this host knows is what the store has; for each time that a shared one is back. */
    public void storeBack() {
        if (unannounced.getAndSet(false)) {
            List<EndpointRecord> ours =
                    joined().stream().filter(this::hasItsClaims).toList();
            Chores.each("what begins with endpoint", ours, EndpointRecord::id, this::resume);
        }
    }

    private void resume(EndpointRecord endpoint) {
        networks.find(endpoint.network()).ifPresent(network -> announcer.expect(endpoint, network.bridge()));
    }

    /** No router is on a bridge that a network has for itself. */
    private void keepRoutersOut(EndpointRecord endpoint) {
        networks.find(endpoint.network())
                .filter(network -> !network.ownBridge())
                .ifPresent(network -> pairs.keepRoutersOut(endpoint.link(), network));
    }

    Pairs pairs() {
        return pairs;
    }
}
