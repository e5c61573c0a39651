package io.patchbay.core.ipam;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.HostRecord;
import io.patchbay.core.record.MacClaim;
import io.patchbay.core.state.Contact;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import io.patchbay.core.work.Repair;
import io.patchbay.core.work.Repaired;
import java.util.Optional;
import java.util.Set;

/**
 * The claims of MAC addresses: one key for each on a LAN, written together with the endpoint that has it. Another
 * host's may be taken only when that host has been forgotten.
 */
public final class MacClaims {
    private final State state;
    private final String host;
    private final TimeSource time;
    private final EndpointLiveness liveness;

    public MacClaims(State state, String host, TimeSource time, EndpointLiveness liveness) {
        this.state = state;
        this.host = host;
        this.time = time;
        this.liveness = liveness;
    }

    /**
     * Claims the endpoint's MAC for it; {@code CONFLICT} when another endpoint has it. While the store is away only
     * what this host has is to be had, else it is {@code UNAVAILABLE}.
     */
    public void take(Decision d, EndpointRecord endpoint, String lan) {
        MacClaim wanted = MacClaim.of(endpoint, lan, time.now());
        Ref<MacClaim> ref = Ref.mac(lan, endpoint.mac());
        Optional<MacClaim> present = d.read(ref);
        if (present.filter(claim -> claim.isOf(endpoint)).isPresent()) {
            return;
        }
        boolean ours = present.filter(claim -> claim.host().equals(host)).isPresent();
        if (d.isAlone() && !ours) {
            throw unavailable(endpoint);
        }
        if (present.isPresent()
                && !(ours ? isFree(present.get()) : isForgotten(d, present.get().host()))) {
            throw taken(endpoint, present.get());
        }
        // ending a stale endpoint has written the claim
        d.readAnew(ref);
        d.put(wanted);
    }

    /**
     * Whether the host was forgotten by a version that knew nothing of MAC addresses; the store has the last word. That
     * the endpoint is gone proves nothing: its host may have begun another with it, of which the store has not heard.
     */
    private static boolean isForgotten(Decision d, String other) {
        Ref<HostRecord> ref = Ref.host(other);
        boolean forgotten = d.peekOrAsk(ref).isEmpty();
        if (forgotten) {
            d.expectAbsent(ref);
        }
        return forgotten;
    }

    /** Of this host's own: whether the endpoint has ended, or does now because it was stale. */
    private boolean isFree(MacClaim claim) {
        return claim.endpoint().isEmpty()
                || liveness.endIfStale(claim.endpoint().get());
    }

    private static PatchbayException taken(EndpointRecord wanted, MacClaim claim) {
        return taken(
                wanted,
                claim.endpoint().map(id -> "endpoint " + id).orElse("an endpoint that has just ended") + " on host "
                        + claim.host());
    }

    /** The refusal of a MAC that another endpoint has. */
    public static PatchbayException taken(EndpointRecord wanted, String holder) {
        return new PatchbayException(
                Kind.CONFLICT,
                "MAC address " + wanted.mac() + " is that of " + holder
                        + " already; two stations of one LAN need different ones");
    }

    private PatchbayException unavailable(EndpointRecord wanted) {
        return new PatchbayException(
                Kind.UNAVAILABLE,
                "MAC address " + wanted.mac() + " is none that host " + host
                        + " had when the store was lost, and whether another has it cannot be asked now; one that is"
                        + " made from the address needs no asking: "
                        + state.contact().map(Contact::reason).orElse(""));
    }

    /** Has the claim read from the store before something is refused because of it. */
    public void refresh(EndpointRecord endpoint, String lan) {
        Ref<MacClaim> ref = Ref.mac(lan, endpoint.mac());
        if (state.peek(ref).filter(claim -> !claim.value().host().equals(host)).isPresent()) {
            state.refresh(ref);
        }
    }

    /**
     * The endpoint ends in the decision. What it has stays this host's, or a restart could not have it again while the
     * store is away; {@link #tidy} removes it.
     */
    public void unbind(Decision d, EndpointRecord endpoint) {
        of(d, endpoint).ifPresent(claim -> {
            d.expect(claim);
            d.put(claim.value().unbound(time.now()));
        });
    }

    /** The claim of an endpoint's MAC, if it has one. */
    public static Optional<Versioned<MacClaim>> of(Decision d, EndpointRecord endpoint) {
        return d.peek(Ref.network(endpoint.host(), endpoint.network()))
                .flatMap(network -> d.peek(Ref.mac(network.value().lan(), endpoint.mac())))
                .filter(claim -> claim.value().isOf(endpoint));
    }

    /** Whether the endpoint has the claim of its MAC. */
    public boolean isOf(EndpointRecord endpoint, String lan) {
        return state.peek(Ref.mac(lan, endpoint.mac()))
                .filter(claim -> claim.value().isOf(endpoint))
                .isPresent();
    }

    /**
     * Removes what no endpoint of this host has any more, unless the store is away.
     *
     * @param living the endpoints of living containers, also those whose record was lost
     */
    public void tidy(Set<String> living, Repaired repaired) {
        Chores.each(
                "a look at MAC address",
                state.peekAll(Refs.macs()),
                c -> c.value().mac(),
                claim -> {
                    Optional<String> endpoint = claim.value().endpoint();
                    boolean removed = endpoint.filter(living::contains).isEmpty() && removeIfLeft(claim);
                    // that of an endpoint that has ended is removed in the usual course
                    if (removed && endpoint.isPresent()) {
                        repaired.repaired(
                                Repair.MAC_CLAIM_WITHOUT_ENDPOINT,
                                claim.value().mac().toString());
                    }
                });
    }

    /** The same of one MAC that was given back. */
    public void tidy(String lan, MacAddress mac) {
        state.peek(Ref.mac(lan, mac))
                .filter(claim -> claim.value().endpoint().isEmpty())
                .ifPresent(claim -> {
                    boolean unused = removeIfLeft(claim);
                });
    }

    private boolean removeIfLeft(Versioned<MacClaim> claim) {
        MacClaim c = claim.value();
        Optional<Ref<EndpointRecord>> endpoint = c.endpoint().map(id -> Ref.endpoint(host, id));
        if (!c.host().equals(host) || endpoint.filter(state::isThere).isPresent()) {
            return false;
        }
        return state.attempt(d -> {
            if (d.isAlone()) {
                throw d.asConflict();
            }
            d.expect(claim);
            endpoint.ifPresent(d::expectAbsent);
            d.delete(c);
        });
    }
}
