package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A network with several subnets of one family has a use of a pool for each; dockerd names one when it asks. */
final class Siblings {
    private final State state;
    private final String host;

    Siblings(State state, String host) {
        this.state = state;
        this.host = host;
    }

    /** The user, then those of the same network and family in the order of its subnets. */
    List<PoolUser> inOrder(PoolUser user) {
        return Stream.concat(Stream.of(user), others(user)).toList();
    }

    /** The one of them whose pool has the address; the user itself when none has. */
    PoolUser ofAddress(PoolUser user, IpAddress address) {
        return inOrder(user).stream()
                .filter(one -> one.pool().subnet().contains(address))
                .findFirst()
                .orElse(user);
    }

    private Stream<PoolUser> others(PoolUser user) {
        return user.network().flatMap(id -> state.peek(Ref.network(host, id))).stream()
                .flatMap(network -> network.value().subnets().stream())
                .filter(subnet -> subnet.subnet().isV6() == user.pool().subnet().isV6())
                .flatMap(subnet -> user(subnet).stream())
                .filter(one -> !Ref.of(one).equals(Ref.of(user)));
    }

    private Optional<PoolUser> user(NetworkSubnet subnet) {
        return subnet.pool()
                .flatMap(pool -> subnet.user().flatMap(id -> state.peek(Ref.user(pool, host, id))))
                .map(Versioned::value);
    }
}
