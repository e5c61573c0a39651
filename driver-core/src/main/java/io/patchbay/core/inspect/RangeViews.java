package io.patchbay.core.inspect;

import io.patchbay.core.inspect.Inspection.RangeView;
import io.patchbay.core.ipam.Claims;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What networks give out by themselves, and how full it is. */
final class RangeViews {

    private final State state;
    private final Claims claims;

    RangeViews(State state, Claims claims) {
        this.state = state;
        this.claims = claims;
    }

    /** A range of a network once, on however many hosts that is; in the order of the pools. */
    List<RangeView> all() {
        return of(state.peekAll(Refs.users()), user -> true);
    }

    List<RangeView> of(PoolName pool) {
        return of(state.peekAll(Refs.usersOf(pool)), user -> true);
    }

    /** Those of networks that a host has; of those that a swarm's leader allocates, every host has a part. */
    List<RangeView> ofHost(String host) {
        return of(
                state.peekAll(Refs.users()),
                user -> user.isOfSwarm() || user.host().equals(host));
    }

    List<RangeView> of(NetworkRecord network) {
        return network.subnets().stream()
                .filter(subnet -> subnet.pool().isPresent() && subnet.user().isPresent())
                .flatMap(subnet ->
                        state
                                .peek(Ref.user(
                                        subnet.pool().get(),
                                        network.host(),
                                        subnet.user().get()))
                                .stream())
                .flatMap(user -> view(user.value()).stream())
                .toList();
    }

    private List<RangeView> of(List<Versioned<PoolUser>> users, Predicate<PoolUser> wanted) {
        // of two that are equal in what they are about one is enough, and counting costs
        Collection<PoolUser> each = users.stream()
                .map(Versioned::value)
                .filter(wanted)
                .collect(Collectors.toMap(
                        user -> List.of(user.pool(), user.range(), network(user)),
                        user -> user,
                        (a, b) -> a,
                        LinkedHashMap::new))
                .values();
        return each.stream().flatMap(user -> view(user).stream()).toList();
    }

    private Optional<RangeView> view(PoolUser user) {
        return state.peek(Ref.pool(user.pool())).map(pool -> view(user, pool.value()));
    }

    private RangeView view(PoolUser user, Pool pool) {
        return new RangeView(
                network(user),
                pool.name().toString(),
                pool.name().subnet().toString(),
                pool.name().segment(),
                user.range().toString(),
                claims.use(pool, user.range()));
    }

    private String network(PoolUser user) {
        return user.network().map(id -> NetworkNames.of(state, user.host(), id)).orElse("");
    }
}
