package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.Quarantined;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.math.BigInteger;

/** What is said when an address, or any address, cannot be had. */
final class ClaimRefusals {
    private ClaimRefusals() {}

    /** What asked for the pool has given it back, or was ended; or the store has lost it, and it is put back soon. */
    static PatchbayException ended(PoolName pool) {
        return new PatchbayException(
                Kind.UNAVAILABLE,
                "pool " + pool.describe() + " is not used by this network any more: the network was removed meanwhile,"
                        + " by 'docker network rm' or because dockerd does not list it; if it is there, try again");
    }

    /** A machine's own address is no container's. */
    static PatchbayException machines(PoolName pool, IpAddress address, String whose) {
        return new PatchbayException(
                Kind.CONFLICT,
                "address " + address + " of pool " + pool.describe() + " is " + whose
                        + "; a container that has it would cut it off");
    }

    /** What is in quarantine is somebody's whom Patchbay does not know. */
    static PatchbayException quarantined(Quarantined record) {
        return heard(record.pool(), record.address(), record.mac(), record.host());
    }

    /** The same as this host, or another, has just heard it. */
    static PatchbayException heard(PoolName pool, IpAddress address, MacAddress mac, String host) {
        return new PatchbayException(
                Kind.CONFLICT,
                "address " + address + " of pool " + pool.describe() + " is that of a machine on the LAN with MAC "
                        + mac
                        + ", which host " + host + " heard answer; name another address, or take it from that machine:"
                        + " it can be given " + Answers.SILENCE.toMinutes() + " minutes after the last answer");
    }

    /** Nothing is left of the user's range, of which so many are machines' own, and so many in quarantine. */
    static PatchbayException exhausted(State state, PoolUser user, long machines, long quarantined) {
        boolean whole = user.range().equals(user.pool().subnet().usable());
        long containers = 0;
        long spare = 0;
        long others = 0;
        for (Versioned<Claim> claim : state.peekAll(Refs.claimsOf(user.pool()))) {
            if (user.range().contains(claim.value().address())) {
                boolean container = claim.value().isForContainers();
                boolean kept = claim.value().isSpare();
                containers += container && !kept ? 1 : 0;
                spare += kept ? 1 : 0;
                others += container ? 0 : 1;
            }
        }
        return new PatchbayException(
                Kind.EXHAUSTED,
                "no address left in pool " + user.pool().describe() + (whole ? "" : " in range " + user.range())
                        + ": of "
                        + user.range().size() + " addresses, " + containers + " are claimed by containers"
                        + (spare > 0
                                ? ", " + spare + " are kept in reserve by other hosts, which did not let them go"
                                : "")
                        + " and " + freeButReserved(state, user).add(BigInteger.valueOf(others))
                        + " are gateway, aux or reserved"
                        + (machines > 0 ? ", " + machines + " are machines' own" : "")
                        + (quarantined > 0
                                ? ", " + quarantined + " are had by machines on the LAN that Patchbay does not know"
                                        + " ('patchbay doctor' names them)"
                                : ""));
    }

    /** Addresses of the user's range that nobody holds and dynamic allocation does not touch. */
    private static BigInteger freeButReserved(State state, PoolUser user) {
        return state.peek(Ref.pool(user.pool()))
                .map(p -> ReservedRanges.free(state, p.value(), user.range()))
                .orElse(BigInteger.ZERO);
    }

    /** Who has an address, as a sentence's beginning for a refusal. */
    static String describe(Claim claim) {
        String address =
                "address " + claim.address() + " of pool " + claim.pool().describe();
        return address
                + claim.life()
                        .map(new Life.Cases<>(
                                shared -> " is " + named(shared.use()) + ", named by a network of host "
                                        + claim.owner().name(),
                                asked -> holder(claim),
                                bound -> holder(claim),
                                releasing -> holder(claim),
                                held -> holder(claim),
                                spare -> " is kept in reserve by host "
                                        + claim.owner().name()));
    }

    private static String named(Life.Use use) {
        return switch (use) {
            case GATEWAY -> "the gateway";
            case AUX -> "an aux address";
        };
    }

    private static String holder(Claim claim) {
        return claim.owner()
                .map(
                        host -> " is held by "
                                + claim.life()
                                        .container()
                                        .name()
                                        .map(c -> "container " + c + ", ")
                                        .orElse("")
                                + claim.endpoint()
                                        .map(e -> "endpoint " + e)
                                        .orElse("a container that is starting or stopping")
                                + " on host " + host.name() + " since " + claim.since(),
                        swarm -> " is allocated by the swarm's leader since " + claim.since());
    }
}
