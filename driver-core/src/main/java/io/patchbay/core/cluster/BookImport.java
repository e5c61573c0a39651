package io.patchbay.core.cluster;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.cluster.Operations.Imported;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.ipam.PoolWriter;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.LinksInUse;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Definition;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.HostRecord;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.Stored;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.time.TimeSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts records of another store in, one decision for each: what is missing, never over what is there. An address is
 * claimed only if nobody has it, and an endpoint comes only with its addresses. Of a host that is alive it is the host
 * that knows what it has, so its records are passed over, but for this host's own, of which the kernel says what lives.
 */
final class BookImport {
    /** What is the matter with one record, and is in the way of no other. */
    private static final Set<Kind> OF_ONE_RECORD = EnumSet.of(Kind.CONFLICT, Kind.INVALID, Kind.UNREADABLE);

    private final State state;
    private final String self;
    private final TimeSource time;
    private final boolean dryRun;
    private final boolean ofThisHost;
    private final Set<String> living;
    private final Map<Fate, Integer> counts = new EnumMap<>(Fate.class);
    private final List<String> left = new ArrayList<>();
    /** Shared claims that came with those who name them, until they come themselves. */
    private final Set<Ref<Claim>> ahead = new HashSet<>();

    /** What becomes of a record. */
    private enum Fate {
        PUT,
        THERE,
        PASSED_OVER
    }

    /** A dry run has judged, and writes nothing of what it would. */
    private static final class Judged extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final Fate fate;

        Judged(Fate fate) {
            super("a dry run", null, false, false);
            this.fate = fate;
        }
    }

    BookImport(State state, String self, Links links, TimeSource time, boolean dryRun, boolean ofThisHost) {
        this.state = state;
        this.self = self;
        this.time = time;
        this.dryRun = dryRun;
        this.ofThisHost = ofThisHost;
        this.living = Set.copyOf(LinksInUse.endpoints(links.list()));
    }

    /** In this order; what others name comes before them. Fails like the store. */
    Imported run(Map<String, String> records) {
        records.forEach((key, json) -> {
            // the pools say what is in a segment, and that a host is alive says itself
            if (key.startsWith("segments/") || key.startsWith("alive/") || key.equals("schema")) {
                count(Fate.PASSED_OVER);
                return;
            }
            state.book()
                    .read(key, json)
                    .ifPresentOrElse(
                            record -> bring(key, record),
                            () -> left.add(key + ": this is no record that this version can read"));
        });
        return new Imported(of(Fate.PUT), of(Fate.THERE), of(Fate.PASSED_OVER), List.copyOf(left));
    }

    private int of(Fate fate) {
        return counts.getOrDefault(fate, 0);
    }

    private void count(Fate fate) {
        counts.merge(fate, 1, Integer::sum);
    }

    private void bring(String key, Stored record) {
        try {
            count(state.decide("record " + key, d -> {
                Fate fate = judge(d, record);
                if (dryRun) {
                    throw new Judged(fate);
                }
                return fate;
            }));
        } catch (Judged e) {
            count(e.fate);
        } catch (PatchbayException e) {
            if (!OF_ONE_RECORD.contains(e.kind())) {
                throw e;
            }
            left.add(key + ": " + e.getMessage());
        }
    }

    private Fate judge(Decision d, Stored record) {
        if (record instanceof HostRecord host) {
            return host(d, host);
        } else if (record instanceof Pool pool) {
            return pool(d, pool);
        } else if (record instanceof Definition definition) {
            return definition(d, definition);
        } else if (record instanceof PoolUser user) {
            return isConcern(user.host()) ? user(d, user) : Fate.PASSED_OVER;
        } else if (record instanceof NetworkRecord network) {
            return isConcern(network.host()) ? network(d, network) : Fate.PASSED_OVER;
        } else if (record instanceof Claim claim) {
            return isConcern(claim.owner().name()) ? claim(d, claim) : Fate.PASSED_OVER;
        } else if (record instanceof EndpointRecord endpoint) {
            return isConcern(endpoint.host()) && lives(endpoint.host(), endpoint.id())
                    ? endpoint(d, endpoint)
                    : Fate.PASSED_OVER;
        }
        // why a host lacks a network it finds out itself
        return Fate.PASSED_OVER;
    }

    private boolean isConcern(String host) {
        boolean own = host.equals(self);
        return own || (!ofThisHost && !state.isThere(Ref.alive(host)));
    }

    private boolean lives(String host, String endpoint) {
        return !host.equals(self) || living.contains(endpoint);
    }

    private static PatchbayException otherwise(String sentence) {
        return new PatchbayException(Kind.CONFLICT, sentence);
    }

    private Fate host(Decision d, HostRecord host) {
        if (ofThisHost || host.host().equals(self)) {
            return Fate.PASSED_OVER;
        }
        if (d.read(Ref.host(host.host())).isPresent()) {
            return Fate.THERE;
        }
        d.put(host);
        return Fate.PUT;
    }

    private Fate pool(Decision d, Pool pool) {
        if (pool.reserved().isEmpty()) {
            return Fate.PASSED_OVER;
        }
        if (PoolWriter.restore(d, pool, time.now())) {
            return Fate.PUT;
        }
        Optional<Pool> present = d.read(Ref.pool(pool.name()));
        if (present.filter(p -> p.reserved().containsAll(pool.reserved())).isEmpty()) {
            throw otherwise("pool " + pool.name().describe() + " is there without these reserved ranges: "
                    + pool.reserved() + "; patchbay pool reserve keeps them");
        }
        return Fate.THERE;
    }

    private Fate definition(Decision d, Definition definition) {
        boolean others = ofThisHost && !definition.host().equals(self);
        if (others || !definition.isPresent()) {
            return Fate.PASSED_OVER;
        }
        Optional<Definition> present = d.read(Ref.definition(definition.name()));
        if (present.isEmpty()) {
            d.put(definition);
            return Fate.PUT;
        }
        if (!present.get().plan().equals(definition.plan()) || !present.get().isPresent()) {
            throw otherwise("network " + definition.name() + " is defined otherwise, on host "
                    + present.get().host());
        }
        return Fate.THERE;
    }

    private Fate user(Decision d, PoolUser user) {
        if (!PoolWriter.restore(d, user, self, time.now())) {
            return Fate.THERE;
        }
        user.gateway().ifPresent(address -> ahead.add(Ref.claim(user.pool(), address)));
        user.aux().forEach(address -> ahead.add(Ref.claim(user.pool(), address)));
        return Fate.PUT;
    }

    private Fate network(Decision d, NetworkRecord network) {
        Optional<NetworkRecord> present = d.read(Ref.network(network.host(), network.id()));
        if (present.isEmpty()) {
            network.subnets().forEach(subnet -> needUser(d, network, subnet));
            d.put(network);
            return Fate.PUT;
        }
        NetworkRecord now = present.get();
        boolean same = now.bridge().equals(network.bridge())
                && now.internal() == network.internal()
                && now.options().equals(network.options())
                && now.subnets().equals(network.subnets());
        if (!same) {
            throw otherwise("network " + network.id() + " of host " + network.host() + " is there with other settings");
        }
        return Fate.THERE;
    }

    private void needUser(Decision d, NetworkRecord network, NetworkSubnet subnet) {
        boolean lacks = subnet.pool().isPresent()
                && subnet.user().isPresent()
                && d.read(Ref.user(
                                subnet.pool().get(),
                                network.host(),
                                subnet.user().get()))
                        .isEmpty();
        if (lacks && !dryRun) {
            throw otherwise("network " + network.id() + " needs pool "
                    + subnet.pool().get().describe() + ", of which its use is not there");
        }
    }

    private Fate claim(Decision d, Claim claim) {
        boolean ended =
                claim.endpoint().filter(id -> !lives(claim.owner().name(), id)).isPresent();
        if (ended || isFleeting(claim) || isNobodys(d, claim)) {
            return Fate.PASSED_OVER;
        }
        Optional<Claim> present = d.read(Ref.of(claim));
        if (present.isEmpty() || isKeptFor(claim, present.get()) || isAhead(claim, present.get())) {
            d.put(claim);
            return Fate.PUT;
        }
        Claim now = present.get();
        boolean same = now.isForContainers()
                ? now.isOf(claim.owner().name()) && now.endpoint().equals(claim.endpoint())
                : now.life().equals(claim.life());
        boolean ofSwarm = now.owner() instanceof Owner.OfSwarm && now.owner().equals(claim.owner());
        if (!same && !ofSwarm) {
            throw otherwise(describe(now));
        }
        return Fate.THERE;
    }

    /** What a host asked for and no container has; a swarm's leader asks for what it gives away. */
    private static boolean isFleeting(Claim claim) {
        return claim.isForContainers() && claim.endpoint().isEmpty() && claim.owner() instanceof Owner.OfHost;
    }

    /** A gateway or aux address whose network did not come; nobody would ever end it. */
    private boolean isNobodys(Decision d, Claim claim) {
        return !claim.isForContainers() && !dryRun && !PoolWriter.isNamed(d, claim.pool(), claim.address());
    }

    private boolean isAhead(Claim claim, Claim present) {
        return ahead.contains(Ref.of(claim)) && present.life().equals(claim.life());
    }

    /** In reserve, or given back, of the very host. */
    private static boolean isKeptFor(Claim claim, Claim present) {
        return (present.isSpare() || present.isHeld())
                && present.isOf(claim.owner().name())
                && claim.life() instanceof Life.Bound;
    }

    private static String describe(Claim claim) {
        return "address " + claim.address() + " of pool " + claim.pool().describe() + " has another owner here, "
                + (claim.isForContainers() ? "host " + claim.owner().name() : "as " + claim.kind() + " address")
                + claim.endpoint().map(id -> " with endpoint " + id).orElse("") + " since " + claim.since();
    }

    private Fate endpoint(Decision d, EndpointRecord endpoint) {
        Optional<EndpointRecord> present = d.read(Ref.endpoint(endpoint.host(), endpoint.id()));
        if (present.isPresent()) {
            return Fate.THERE;
        }
        Optional<NetworkRecord> network = d.read(Ref.network(endpoint.host(), endpoint.network()));
        if (network.isEmpty() && !dryRun) {
            throw otherwise(
                    "endpoint " + endpoint.id() + " is of network " + endpoint.network() + ", which is not there");
        }
        network.ifPresent(n -> endpoint.addresses().forEach(address -> needAddress(d, endpoint, n, address)));
        d.put(endpoint);
        return Fate.PUT;
    }

    /** One that nobody has is claimed by the reconciler; with another's the container must not be taken for known. */
    private static void needAddress(Decision d, EndpointRecord endpoint, NetworkRecord network, Cidr address) {
        network.subnets().stream()
                .filter(subnet -> subnet.subnet().contains(address.address()))
                .findFirst()
                .flatMap(NetworkSubnet::pool)
                .flatMap(pool -> d.read(Ref.claim(pool, address.address())))
                .filter(claim -> !claim.isOf(endpoint.host())
                        || claim.endpoint()
                                .filter(id -> !id.equals(endpoint.id()))
                                .isPresent())
                .ifPresent(claim -> {
                    throw otherwise("endpoint " + endpoint.id() + " stays unknown: " + describe(claim));
                });
    }
}
