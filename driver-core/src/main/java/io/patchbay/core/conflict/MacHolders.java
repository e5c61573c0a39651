package io.patchbay.core.conflict;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.ipam.ContainerMacs;
import io.patchbay.core.link.Links;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.HostRecord;
import io.patchbay.core.record.ShortId;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.Optional;

/** Whose a MAC address is, as far as the records and this host's kernel tell. */
final class MacHolders {
    private final State state;
    private final Links links;

    MacHolders(State state, Links links) {
        this.state = state;
        this.links = links;
    }

    /** As in "container web of host h2"; empty when nothing tells. */
    Optional<String> holder(MacAddress mac) {
        return state.peekAll(Refs.endpoints()).stream()
                .map(Versioned::value)
                .filter(endpoint -> endpoint.mac().equals(mac))
                .findFirst()
                .map(endpoint -> describe(endpoint) + " of host " + endpoint.host())
                .or(() -> state.peekAll(Refs.hosts()).stream()
                        .flatMap(host -> bridge(host.value(), mac).stream())
                        .findFirst());
    }

    private static Optional<String> bridge(HostRecord host, MacAddress mac) {
        return host.bridges().stream()
                .filter(bridge -> bridge.mac().equals(Optional.of(mac)))
                .findFirst()
                .map(bridge -> "bridge " + bridge.name() + " of host " + host.host());
    }

    private static String describe(EndpointRecord endpoint) {
        return endpoint.container()
                .map(name -> "container " + name)
                .orElseGet(() -> "the container of endpoint " + ShortId.of(endpoint.id()));
    }

    /** The container that a claim is bound for, as in "container web". */
    String container(Claim claim) {
        return claim.life()
                .container()
                .name()
                .map(name -> "container " + name)
                .or(() -> ContainerMacs.endpoint(state, claim).map(MacHolders::describe))
                .orElse("a container");
    }

    /** Whether it is the station that the claim is bound for. */
    boolean isItself(Claim claim, MacAddress mac) {
        return ContainerMacs.isItself(state, claim, mac);
    }

    /** Whether a link of this host itself has it; asks the kernel. */
    boolean isThisHosts(MacAddress mac) {
        return links.list().stream().anyMatch(link -> link.mac().equals(mac));
    }
}
