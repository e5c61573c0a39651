package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.ipam.ClaimLife.Verdict;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.Life.Use;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The users of a pool, and what they have together. */
final class PoolUsers {
    private PoolUsers() {}

    /**
     * Who uses a pool that the decision has read and is to write. The store is asked: this host may have heard of the
     * pool as its latest user left it, and not of the user.
     */
    static List<PoolUser> of(Decision d, PoolName name) {
        return d.askAll(Refs.usersOf(name)).stream().map(Versioned::value).toList();
    }

    /** True if there is one that cannot be read: nobody knows what it uses. */
    static boolean areUnknown(Decision d, PoolName name) {
        return d.hasUnreadable(Refs.usersOf(name));
    }

    /** The gateway and aux addresses that some users asked for; the caller may change the set. */
    static Set<IpAddress> namedBy(List<PoolUser> users) {
        Set<IpAddress> named = new LinkedHashSet<>();
        for (PoolUser user : users) {
            user.gateway().ifPresent(named::add);
            named.addAll(user.aux());
        }
        return named;
    }

    /** Whether a gateway or aux claim of the user is not there, as the store has lost it. */
    static boolean lacksShared(State state, PoolUser user) {
        return namedBy(List.of(user)).stream().anyMatch(a -> !state.isThere(Ref.claim(user.pool(), a)));
    }

    /** Adds the claims of a user's gateway and aux addresses that are not there, as those of a host. */
    static void putBackShared(Decision d, PoolUser user, String host, Instant now) {
        user.gateway().ifPresent(address -> putBack(d, user, address, Use.GATEWAY, host, now));
        user.aux().stream()
                .filter(address -> user.gateway().filter(address::equals).isEmpty())
                .forEach(address -> putBack(d, user, address, Use.AUX, host, now));
    }

    private static void putBack(Decision d, PoolUser user, IpAddress address, Use use, String host, Instant now) {
        if (!isClaimed(d, Ref.claim(user.pool(), address))) {
            Owner owner = new Owner.OfHost(host, user.id());
            Claim claim = Claim.of(user.pool(), address, owner, new Life.Shared(use), now);
            ClaimWriter.replace(d, Optional.empty(), claim);
        }
    }

    /** Whether there is a claim of it, readable or not; no condition. */
    static boolean isClaimed(Decision d, Ref<Claim> ref) {
        return d.peek(ref).isPresent() || d.isUnreadable(ref);
    }

    /** Ends the claim of an address that nobody names any more; a container's, which it may have become, stays. */
    static void endShared(Decision d, PoolName name, IpAddress address) {
        Ref<Claim> ref = Ref.claim(name, address);
        boolean shared = d.read(ref).filter(claim -> !claim.isForContainers()).isPresent();
        ClaimWriter.write(d, ref, shared ? new Verdict.Ends() : new Verdict.Stays());
    }
}
