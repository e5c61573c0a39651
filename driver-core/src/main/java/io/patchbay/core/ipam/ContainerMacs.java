package io.patchbay.core.ipam;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.Optional;

/** With which MACs a container speaks for an address of its own. */
public final class ContainerMacs {
    private ContainerMacs() {}

    /**
     * Whether it is the station that the claim is bound for. A container answers with any of its links for any of its
     * addresses, as Linux does.
     */
    public static boolean isItself(State state, Claim claim, MacAddress mac) {
        if (claim.life().container().mac().filter(mac::equals).isPresent()) {
            return true;
        }
        Optional<EndpointRecord> endpoint = endpoint(state, claim);
        return endpoint.filter(e -> e.mac().equals(mac) || isOfItsContainer(state, e, mac))
                .isPresent();
    }

    /** The endpoint that a claim is bound to. */
    public static Optional<EndpointRecord> endpoint(State state, Claim claim) {
        return claim.endpoint()
                .flatMap(id -> state.peek(Ref.endpoint(claim.owner().name(), id)))
                .map(Versioned::value);
    }

    private static boolean isOfItsContainer(State state, EndpointRecord endpoint, MacAddress mac) {
        return endpoint.sandbox().isPresent()
                && state.peekAll(Refs.endpointsOf(endpoint.host())).stream()
                        .map(Versioned::value)
                        .anyMatch(e -> e.mac().equals(mac) && e.sandbox().equals(endpoint.sandbox()));
    }
}
