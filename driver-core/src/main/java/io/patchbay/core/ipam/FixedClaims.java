package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.ipam.ClaimLife.Verdict;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.Quarantined;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The addresses that containers of this host have asked for by name. Such an address stays its container's while that
 * does not run.
 */
public final class FixedClaims {
    private final State state;
    private final String host;
    private final Machines machines;
    private final TimeSource time;

    public FixedClaims(State state, String host, Machines machines, TimeSource time) {
        this.state = state;
        this.host = host;
        this.machines = machines;
        this.time = time;
    }

    /** Those of this host that no endpoint has. */
    public List<Versioned<Claim>> unused() {
        return state.peekAll(Refs.claims()).stream()
                .filter(c ->
                        c.value().isOf(host) && c.value().isHeld() && c.value().isFixed())
                .toList();
    }

    /**
     * Has the address be that of these containers, one at least, through the user of the pool; what another has stays
     * its, and what a machine on the LAN has is nobody's. A conflict leaves it as it is, as does a store that is away.
     */
    public void keep(PoolName pool, String user, IpAddress address, SortedSet<String> containers) {
        boolean fit = pool.subnet().usable().contains(address)
                && machines.holder(pool, address).isEmpty();
        if (!fit) {
            return;
        }
        Life.Container container = new Life.Container(Optional.empty(), Optional.of(containers.first()), true);
        Claim wanted = Claim.of(pool, address, new Owner.OfHost(host, user), new Life.Held(container), time.now());
        boolean unused = state.attempt(d -> {
            d.requireOnline();
            Ref<Claim> ref = Ref.of(wanted);
            if (d.isUnreadable(ref)) {
                return;
            }
            Optional<Claim> present = d.read(ref);
            if (present.isEmpty() && isHadByOthers(d, wanted)) {
                return;
            }
            Verdict verdict = ClaimLife.keep(present, wanted, containers);
            if (verdict instanceof Verdict.Becomes) {
                d.expectPresent(Ref.user(pool, host, user));
            }
            ClaimWriter.write(d, ref, verdict);
        });
    }

    /** It would be given to its container without a question, as one that is this host's. */
    private static boolean isHadByOthers(Decision d, Claim wanted) {
        Ref<Quarantined> ref = Ref.quarantined(wanted.pool(), wanted.address());
        return d.isUnreadable(ref) || d.read(ref).isPresent();
    }

    /** No container asks for it by name any more. False when it has changed since it was seen. */
    public boolean end(Versioned<Claim> seen) {
        return state.attempt(d -> {
            d.requireOnline();
            ClaimWriter.end(d, seen);
        });
    }
}
