package io.patchbay.core.fsck;

import static io.patchbay.core.fsck.DisagreementClass.GATEWAY_OF_CONTAINER;
import static io.patchbay.core.fsck.DisagreementClass.NETWORK_WITHOUT_DEFINITION;
import static io.patchbay.core.fsck.DisagreementClass.NETWORK_WITHOUT_POOL;
import static io.patchbay.core.fsck.DisagreementClass.NETWORK_WITHOUT_USER;
import static io.patchbay.core.fsck.DisagreementClass.POOLS_OVERLAP;
import static io.patchbay.core.fsck.DisagreementClass.POOL_MISSING;
import static io.patchbay.core.fsck.DisagreementClass.POOL_OFF_SEGMENT;
import static io.patchbay.core.fsck.DisagreementClass.POOL_WITHOUT_USER;
import static io.patchbay.core.fsck.DisagreementClass.RESERVED_OUTSIDE_POOL;
import static io.patchbay.core.fsck.DisagreementClass.SEGMENT_WITHOUT_POOL;
import static io.patchbay.core.fsck.DisagreementClass.SHARED_CLAIM_MISSING;
import static io.patchbay.core.fsck.DisagreementClass.USER_WITHOUT_NETWORK;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.Segment;
import io.patchbay.core.record.ShortId;
import io.patchbay.core.state.Records;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Pools with who uses them, with their place on a segment, and with each other; networks with their pools. */
final class PoolComparer {
    private static final String MAKE_AGAIN = "make the network again, when no container is on it any more";

    private final Picture picture;
    private final Records records;
    private final Found found;

    private PoolComparer(Picture picture, Found found) {
        this.picture = picture;
        this.records = picture.records();
        this.found = found;
    }

    static void compare(Picture picture, Found found) {
        PoolComparer comparer = new PoolComparer(picture, found);
        List<Pool> pools = picture.records().all(Refs.pools());
        pools.forEach(comparer::pool);
        for (Pool one : pools) {
            pools.stream()
                    .filter(other -> one.name().compareTo(other.name()) < 0
                            && one.name().segment().equals(other.name().segment())
                            && one.name().subnet().overlaps(other.name().subnet()))
                    .forEach(other -> comparer.overlap(one, other));
        }
        picture.records().segments().forEach(comparer::segment);
        picture.records().all(Refs.users()).forEach(comparer::user);
        picture.records().all(Refs.networks()).forEach(comparer::network);
    }

    private void pool(Pool pool) {
        PoolName name = pool.name();
        Segment segment = records.segments().getOrDefault(name.segment(), Segment.EMPTY);
        if (!segment.subnets().contains(name.subnet())) {
            found.add(
                    POOL_OFF_SEGMENT,
                    Found.STORE,
                    name.toString(),
                    "pool " + name.describe() + " is there, and its segment does not have it, so that another could"
                            + " overlap it");
        }
        if (isUnused(pool)) {
            found.add(
                    POOL_WITHOUT_USER,
                    Found.STORE,
                    name.toString(),
                    "pool " + name.describe() + " is there since " + pool.since() + ", and no network uses it");
        }
        pool.reserved().stream()
                .filter(range ->
                        !name.subnet().contains(range.first()) || !name.subnet().contains(range.last()))
                .forEach(range -> found.add(
                        RESERVED_OUTSIDE_POOL,
                        Found.STORE,
                        name + " " + range,
                        "range " + range + " is reserved in pool " + name.describe() + ", which does not have it",
                        "patchbay pool unreserve " + name.subnet() + " " + range));
        pool.gateway().ifPresent(gateway -> gateway(name, gateway));
    }

    private boolean isUnused(Pool pool) {
        return picture.isSettled(pool.since())
                && pool.reserved().isEmpty()
                && records.all(Refs.usersOf(pool.name())).isEmpty()
                && !records.hasUnreadable(Refs.usersOf(pool.name()))
                && records.all(Refs.claimsOf(pool.name())).stream().noneMatch(Claim::isForContainers);
    }

    private void gateway(PoolName pool, IpAddress gateway) {
        picture.claim(pool, gateway)
                .filter(Claim::isForContainers)
                .ifPresent(claim -> found.add(
                        GATEWAY_OF_CONTAINER,
                        Found.STORE,
                        pool + " " + gateway,
                        gateway + " is the gateway of pool " + pool.describe() + ", and is " + claim.state()
                                + " for a container on host " + claim.owner().name(),
                        "stop the container that has it, and start it anew"));
    }

    private void overlap(Pool one, Pool other) {
        found.add(
                POOLS_OVERLAP,
                Found.STORE,
                one.name() + " " + other.name(),
                "pools " + one.name().describe() + " and " + other.name().describe()
                        + " overlap, so that an address can be given twice",
                "make the networks of one of them again, with the subnet of the other");
    }

    private void segment(String name, Segment segment) {
        segment.subnets().stream()
                .filter(subnet -> !records.isThere(Ref.pool(new PoolName(name, subnet))))
                .forEach(subnet -> found.add(
                        SEGMENT_WITHOUT_POOL,
                        Found.STORE,
                        name + " " + subnet,
                        "segment " + name + " has subnet " + subnet + ", and there is no such pool, so that none can"
                                + " overlap it"));
    }

    private void user(PoolUser user) {
        if (user.leaving()) {
            return;
        }
        String host = user.isOfSwarm() ? Found.STORE : user.host();
        if (!records.isThere(Ref.pool(user.pool()))) {
            found.add(
                    POOL_MISSING,
                    host,
                    user.pool().toString(),
                    "host " + user.host() + " uses pool " + user.pool().describe() + ", and there is no such pool");
            return;
        }
        Stream.concat(user.gateway().stream(), user.aux().stream())
                .filter(address -> !records.isThere(Ref.claim(user.pool(), address)))
                .forEach(address -> found.add(
                        SHARED_CLAIM_MISSING,
                        host,
                        user.pool() + " " + address,
                        address + " is a gateway or aux address of pool "
                                + user.pool().describe() + " by host " + user.host()
                                + ", and is not claimed, so that a container could get it"));
        user.gateway().ifPresent(gateway -> gateway(user.pool(), gateway));
        user.network()
                .filter(id ->
                        !records.isThere(user.isOfSwarm() ? Ref.networkOfSwarm(id) : Ref.network(user.host(), id)))
                .ifPresent(id -> found.add(
                        USER_WITHOUT_NETWORK,
                        host,
                        user.pool() + " " + user.id(),
                        "network " + ShortId.of(id) + " of host " + user.host() + " uses pool "
                                + user.pool().describe() + ", and there is no such network"));
    }

    private void network(NetworkRecord network) {
        String host = network.host();
        network.subnets().forEach(subnet -> subnet(network, subnet, host));
        Optional<String> undefined = network.generation().isPresent()
                ? network.name().filter(name -> !records.isThere(Ref.definition(name)))
                : Optional.empty();
        undefined.ifPresent(name -> found.add(
                NETWORK_WITHOUT_DEFINITION,
                host,
                network.id(),
                "network " + name + " on host " + network.host() + " was made as all hosts have it, and its definition"
                        + " is gone",
                "docker network rm it where it is not wanted; else make it again on one host"));
    }

    private void subnet(NetworkRecord network, NetworkSubnet subnet, String host) {
        subnet.pool().ifPresent(pool -> {
            String what = "network " + network.name().orElse(ShortId.of(network.id())) + " on host " + network.host();
            boolean used = subnet.user().stream()
                    .anyMatch(user -> records.isThere(Ref.user(pool, network.host(), user))
                            || records.isThere(Ref.userOfSwarm(pool, user)));
            if (!used && subnet.user().isPresent()) {
                found.add(
                        NETWORK_WITHOUT_USER,
                        host,
                        network.id() + " " + pool,
                        what + " is on pool " + pool.describe() + ", which does not know it: no container gets an"
                                + " address",
                        MAKE_AGAIN);
            }
            if (!records.isThere(Ref.pool(pool))) {
                found.add(
                        NETWORK_WITHOUT_POOL,
                        host,
                        network.id() + " " + pool,
                        what + " is on pool " + pool.describe() + ", and there is no such pool",
                        used ? "nothing, the host makes the pool anew" : MAKE_AGAIN);
            }
        });
    }
}
