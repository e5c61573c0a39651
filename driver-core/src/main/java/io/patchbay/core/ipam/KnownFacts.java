package io.patchbay.core.ipam;

import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import java.time.Instant;

/**
 * What a decision knows of a claim's surroundings. Of what a swarm's leader wrote this host may not have heard yet, so
 * the store is asked before it is taken for absent.
 */
record KnownFacts(Decision d, Instant now) implements ClaimLife.Facts {
    @Override
    public boolean isAlone() {
        return d.isAlone();
    }

    @Override
    public boolean isLeaders(PoolName pool, String user) {
        return d.peekOrAsk(Ref.userOfSwarm(pool, user)).isPresent();
    }

    @Override
    public boolean isForNetwork(String network, PoolName pool, String user) {
        return d.peekOrAsk(Ref.networkOfSwarm(network))
                .filter(known -> known.value().uses(pool, user))
                .isPresent();
    }
}
