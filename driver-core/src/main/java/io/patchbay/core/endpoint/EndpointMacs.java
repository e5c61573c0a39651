package io.patchbay.core.endpoint;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.ipam.EndpointLiveness;
import io.patchbay.core.ipam.MacClaims;
import io.patchbay.core.network.Macs;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.work.Chores;
import io.patchbay.core.work.Repair;
import io.patchbay.core.work.Repaired;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that no two endpoints of a LAN have one MAC address. One that is made from an IPv4 address belongs to who
 * has that address's claim, and needs no other; every other one is claimed by itself. Records of versions that claimed
 * none are looked at too.
 */
final class EndpointMacs {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointMacs.class);

    private final State state;
    private final String host;
    private final MacClaims claims;
    private final StationMacs stations;
    private final EndpointLiveness liveness;
    private final Executor executor;
    /** The endpoints whose MAC somebody has given, by it: few, where all would be many. */
    private final Map<MacAddress, Set<Ref<EndpointRecord>>> given = new ConcurrentHashMap<>();

    private final Set<String> complained = ConcurrentHashMap.newKeySet();

    EndpointMacs(
            State state,
            String host,
            MacClaims claims,
            StationMacs stations,
            EndpointLiveness liveness,
            Executor executor) {
        this.state = state;
        this.host = host;
        this.claims = claims;
        this.stations = stations;
        this.liveness = liveness;
        this.executor = executor;
    }

    /** Begins to follow the endpoints there are; call it before the state is started. */
    void start() {
        state.endpoints().follow((key, before, after) -> {
            noted(before, false);
            noted(after, true);
        });
    }

    private void noted(@Nullable Versioned<EndpointRecord> record, boolean there) {
        if (record == null || !record.value().macGiven()) {
            return;
        }
        EndpointRecord e = record.value();
        Ref<EndpointRecord> ref = Ref.endpoint(e.host(), e.id());
        given.compute(e.mac(), (mac, refs) -> {
            Set<Ref<EndpointRecord>> now = refs == null ? ConcurrentHashMap.newKeySet() : refs;
            boolean unused = there ? now.add(ref) : now.remove(ref);
            return now.isEmpty() ? null : now;
        });
    }

    /** Refuses a MAC that no container may have, before anything is decided. It may ask the LAN. */
    void check(EndpointRecord wanted, NetworkRecord network) {
        if (!wanted.macGiven() || state.peek(Ref.endpoint(host, wanted.id())).isPresent()) {
            return;
        }
        MacAddress mac = wanted.mac();
        if (mac.isMulticast() || mac.isZero()) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "MAC address " + mac + " is a group address or zero; a container needs one of its own");
        }
        Macs.addressOf(mac)
                .filter(address ->
                        wanted.addresses().stream().noneMatch(a -> a.address().equals(address)))
                .ifPresent(address -> {
                    throw new PatchbayException(
                            Kind.INVALID,
                            "MAC address " + mac + " is that of address " + address
                                    + ", which is not this container's; give it --ip " + address
                                    + " too, or another MAC");
                });
        stations.holder(mac, network).ifPresent(holder -> {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "MAC address " + mac + " is that of " + holder + "; a container needs one of its own");
        });
        claims.refresh(wanted, network.lan());
    }

    /**
     * The endpoint with a MAC that is its alone, claimed for it by the decision: the given one, or {@code CONFLICT}; of
     * the computed ones the first that nobody has.
     */
    EndpointRecord claim(Decision d, EndpointRecord wanted, NetworkRecord network) {
        if (wanted.macGiven()) {
            take(d, wanted, network);
            return wanted;
        }
        try {
            take(d, wanted, network);
            return wanted;
        } catch (PatchbayException e) {
            EndpointRecord other = wanted.withComputed(Macs.ofEndpoint(wanted.id()));
            if (e.kind() != Kind.CONFLICT || other.mac().equals(wanted.mac())) {
                throw e;
            }
            LOG.info("another MAC than the computed one endpoint={} reason=\"{}\"", wanted.id(), e.getMessage());
            take(d, other, network);
            return other;
        }
    }

    private void take(Decision d, EndpointRecord endpoint, NetworkRecord network) {
        others(endpoint)
                .filter(other -> !other.id().equals(endpoint.id()) && isOnLan(other, network.lan()))
                .filter(other -> !other.host().equals(host) || !liveness.endIfStale(other.id()))
                .findFirst()
                .ifPresent(other -> {
                    throw MacClaims.taken(endpoint, "endpoint " + other.id() + " on host " + other.host());
                });
        // alone nothing can be claimed; that two computed ones meet is not to be expected
        boolean wait = !endpoint.macGiven() && d.isAlone();
        if (!Macs.isOfAddress(endpoint, network) && !wait) {
            claims.take(d, endpoint, network.lan());
        }
    }

    /** Other endpoints of its MAC as far as they are known; one that was given may be any one's, computed or not. */
    private Stream<EndpointRecord> others(EndpointRecord endpoint) {
        return endpoint.macGiven()
                ? state.peekAll(Refs.endpoints()).stream()
                        .map(Versioned::value)
                        .filter(other -> other.mac().equals(endpoint.mac()))
                : given.getOrDefault(endpoint.mac(), Set.of()).stream()
                        .flatMap(ref -> state.peek(ref).stream())
                        .map(Versioned::value);
    }

    private boolean isOnLan(EndpointRecord endpoint, String lan) {
        return state.peek(Ref.network(endpoint.host(), endpoint.network()))
                .filter(network -> network.value().lan().equals(lan))
                .isPresent();
    }

    /** As {@link #claim} for an endpoint that is there, whose MAC cannot be another one any more. */
    void reclaim(Decision d, EndpointRecord endpoint, NetworkRecord network) {
        if (!Macs.isOfAddress(endpoint, network) && (endpoint.macGiven() || !d.isAlone())) {
            claims.take(d, endpoint, network.lan());
        }
    }

    /** The endpoint ends in the decision; what it had is removed soon. */
    void unbind(Decision d, EndpointRecord endpoint) {
        claims.unbind(d, endpoint);
        d.peek(Ref.network(host, endpoint.network()))
                .map(Versioned::value)
                .filter(network -> !Macs.isOfAddress(endpoint, network))
                .ifPresent(network -> d.whenOver(done -> removeSoon(network.lan(), endpoint.mac())));
    }

    private void removeSoon(String lan, MacAddress mac) {
        Chores.begin(executor, "removal of MAC address " + mac, () -> {
            try {
                claims.tidy(lan, mac);
            } catch (PatchbayException e) {
                LOG.debug("MAC left to the next round mac={} reason=\"{}\"", mac, e.getMessage());
            }
        });
    }

    /**
     * Removes what has no endpoint any more, and claims for endpoints of this host what they should have: those of an
     * older version, or of the time without the store. {@code living}: the endpoints of living containers.
     */
    void tidy(List<EndpointRecord> endpoints, Set<String> living, Repaired repaired) {
        claims.tidy(living, repaired);
        for (EndpointRecord endpoint : endpoints) {
            state.peek(Ref.network(host, endpoint.network()))
                    .map(Versioned::value)
                    .filter(network -> !Macs.isOfAddress(endpoint, network) && !claims.isOf(endpoint, network.lan()))
                    .ifPresent(network -> claimLate(endpoint, network, repaired));
        }
    }

    private void claimLate(EndpointRecord endpoint, NetworkRecord network, Repaired repaired) {
        try {
            state.change("endpoint " + endpoint.id(), d -> {
                d.expectPresent(Ref.endpoint(host, endpoint.id()));
                claims.take(d, endpoint, network.lan());
            });
            repaired.repaired(Repair.MAC_WITHOUT_CLAIM, endpoint.id());
        } catch (PatchbayException e) {
            if (e.kind() == Kind.CONFLICT && complained.add(endpoint.id())) {
                LOG.warn("two endpoints have one MAC endpoint={} reason=\"{}\"", endpoint.id(), e.getMessage());
            }
        }
    }
}
