package io.patchbay.core.inspect;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.cluster.Cluster;
import io.patchbay.core.cluster.HostWatch;
import io.patchbay.core.inspect.Inspection.AddressView;
import io.patchbay.core.ipam.ContainerMacs;
import io.patchbay.core.ipam.Machines;
import io.patchbay.core.ipam.Quarantine;
import io.patchbay.core.ipam.ReservedRanges;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.Quarantined;
import io.patchbay.core.record.ShortId;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Why an address is taken or not, in sentences: who holds it, or what keeps it from being given, or that it is free.
 */
final class AddressStory {
    private final State state;
    private final Cluster cluster;
    private final Machines machines;
    private final Quarantine quarantine;
    private final HostWatch watch;
    private final String self;

    AddressStory(State state, Machines machines, Quarantine quarantine, Cluster cluster, String self) {
        this.state = state;
        this.cluster = cluster;
        this.machines = machines;
        this.quarantine = quarantine;
        this.watch = cluster.watch();
        this.self = self;
    }

    /** One answer for each pool that the address lies in; one that names no pool when it lies in none. */
    List<AddressView> tell(IpAddress address, Optional<String> segment) {
        List<AddressView> stories = state.peekAll(Refs.pools()).stream()
                .map(Versioned::value)
                .filter(pool -> pool.name().subnet().contains(address))
                .filter(pool ->
                        segment.isEmpty() || segment.get().equals(pool.name().segment()))
                .map(pool -> inPool(address, pool))
                .toList();
        return stories.isEmpty() ? List.of(outside(address, segment)) : stories;
    }

    private AddressView outside(IpAddress address, Optional<String> segment) {
        String pools = state.peekAll(Refs.pools()).stream()
                .map(pool -> pool.value().name().describe())
                .collect(Collectors.joining(", "));
        String where = segment.map(s -> " of segment " + s).orElse("");
        return new AddressView(
                address.toString(),
                Optional.empty(),
                "outside",
                Optional.empty(),
                "nobody holds " + address + ": it lies in no pool" + where + "; the pools are: "
                        + (pools.isEmpty() ? "none" : pools));
    }

    private AddressView inPool(IpAddress address, Pool pool) {
        Optional<Claim> claim = state.peek(Ref.claim(pool.name(), address)).map(Versioned::value);
        boolean unreadable = state.isUnreadable(Ref.claim(pool.name(), address));
        String standing = claim.map(Claim::kind).orElseGet(() -> unreadable ? "unreadable" : free(address, pool));
        String sentence = claim.map(c -> held(c, pool)).orElseGet(() -> unheld(address, pool, standing));
        return new AddressView(
                address.toString(),
                Optional.of(pool.name().toString()),
                standing,
                claim.map(c -> ClaimViews.of(state, c)),
                sentence
                        + claim.flatMap(c -> pool.reservedAround(c.address()))
                                .map(range -> "; it lies in " + ReservedRanges.describe(pool, range))
                                .orElse("")
                        + claim.flatMap(c -> quarantine.find(pool.name(), address))
                                .map(q -> "; and " + Quarantines.describe(q))
                                .orElse("")
                        + claim.flatMap(c -> machines.holder(pool.name(), address))
                                .map(whose -> "; it is " + whose)
                                .orElse(""));
    }

    private String free(IpAddress address, Pool pool) {
        if (!pool.name().subnet().usable().contains(address)) {
            return "unusable";
        }
        if (machines.holder(pool.name(), address).isPresent()) {
            return "machine";
        }
        if (quarantine.find(pool.name(), address).isPresent()) {
            return "quarantined";
        }
        return pool.reservedAround(address).isPresent() ? "reserved-range" : "free";
    }

    private String unheld(IpAddress address, Pool pool, String standing) {
        String described = pool.name().describe();
        if (standing.equals("unreadable")) {
            return "somebody holds " + address + " of pool " + described
                    + ", and who cannot be read: 'patchbay doctor' names the record";
        }
        if (standing.equals("unusable")) {
            boolean first = address.equals(pool.name().subnet().network());
            return "nobody holds " + address + ": it is " + (first ? "the network" : "the broadcast")
                    + " address of pool " + described + " and is never given";
        }
        if (standing.equals("machine")) {
            return "no container holds " + address + " of pool " + described + ", and none is ever given it: it is "
                    + machines.holder(pool.name(), address).orElse("a machine's");
        }
        Optional<Quarantined> foreign = quarantine.find(pool.name(), address);
        if (foreign.isPresent()) {
            return "no container holds " + address + " of pool " + described + ", and none is given it: "
                    + Quarantines.describe(foreign.get())
                    + ". It is free again when that machine has been silent for some"
                    + " minutes";
        }
        Optional<AddressRange> reserved = pool.reservedAround(address);
        if (reserved.isPresent()) {
            return "nobody holds " + address + "; it lies in " + ReservedRanges.describe(pool, reserved.get())
                    + " of pool " + described + ", so only --ip gives it";
        }
        List<String> networks = users(pool).stream()
                .filter(user -> user.range().contains(address))
                .map(this::networkOf)
                .toList();
        return "nobody holds " + address + ": it is free in pool " + described + ", "
                + (networks.isEmpty()
                        ? "outside the range of every network, so only --ip gives it"
                        : "in the range of " + joined(networks));
    }

    private List<PoolUser> users(Pool pool) {
        return state.peekAll(Refs.usersOf(pool.name())).stream()
                .map(Versioned::value)
                .toList();
    }

    private String held(Claim claim, Pool pool) {
        String described = claim.address() + " of pool " + claim.pool().describe();
        String since = " since " + claim.since();
        String host = claim.owner().name();
        String owner = ". " + ofHost(host);
        return described
                + claim.life()
                        .map(new Life.Cases<>(
                                shared -> " is " + named(shared.use()) + since + ", named by " + namedBy(claim, pool),
                                asked -> " is being given to " + container(claim) + " that starts on host " + host
                                        + since + owner,
                                bound -> " is held by " + container(claim) + " on host " + host + since + owner,
                                releasing -> " is being given back by " + container(claim) + " that stops on host "
                                        + host + since + owner,
                                held -> held.container().fixed()
                                        ? " is kept for " + container(claim) + " of host " + host + since
                                                + ", which asked for it by name (--ip) and does not run; only --ip"
                                                + " gives it to another" + owner
                                        : " was given back" + since + " and is kept for a while for host " + host
                                                + ", so that a container that restarts keeps it" + owner,
                                spare -> " is kept in reserve by host " + host + since + ", for containers that start"
                                        + " while etcd is away; whoever asks for the very address gets it" + owner));
    }

    private static String named(Life.Use use) {
        return switch (use) {
            case GATEWAY -> "the gateway";
            case AUX -> "an aux address";
        };
    }

    private String namedBy(Claim claim, Pool pool) {
        List<String> networks = users(pool).stream()
                .filter(user -> user.gateway().filter(claim.address()::equals).isPresent()
                        || user.aux().contains(claim.address()))
                .map(this::networkOf)
                .toList();
        return networks.isEmpty()
                ? "no network any more (host " + claim.owner().name() + " claimed it)"
                : joined(networks);
    }

    private String networkOf(PoolUser user) {
        String name = user.network()
                .map(id -> "network " + NetworkNames.of(state, user.host(), id))
                .orElse("a network of another driver");
        return name + " of host " + user.host();
    }

    private static String joined(List<String> names) {
        List<String> all = new ArrayList<>(names);
        String last = all.remove(all.size() - 1);
        return all.isEmpty() ? last : String.join(", ", all) + " and " + last;
    }

    private String container(Claim claim) {
        Optional<EndpointRecord> endpoint = ContainerMacs.endpoint(state, claim);
        String name = claim.life()
                .container()
                .name()
                .or(() -> endpoint.flatMap(EndpointRecord::container))
                .map(n -> "container " + n)
                .orElse("a container");
        String network = endpoint.map(e -> ", network " + NetworkNames.of(state, e.host(), e.network()))
                .orElse("");
        return name
                + claim.endpoint()
                        .map(id -> " (endpoint " + ShortId.of(id) + network + ")")
                        .orElse("");
    }

    private String ofHost(String host) {
        if (host.equals(self)) {
            return "Host " + host + " is this one";
        }
        if (!cluster.seesOthers()) {
            return "Whether host " + host + " is alive is not known here while the store cannot be reached";
        }
        return watch.missedText(host)
                .map(missed -> "Host " + host + " is dead, not seen for " + missed + "; 'patchbay host forget " + host
                        + "' frees what it held")
                .orElse("Host " + host + " is alive");
    }
}
