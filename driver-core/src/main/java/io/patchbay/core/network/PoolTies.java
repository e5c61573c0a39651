package io.patchbay.core.network;

import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.ipam.Gateways;
import io.patchbay.core.ipam.PoolWriter;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which uses of pools a CreateNetwork means. It names subnets alone, so what RequestPool made for them has to
 * be guessed.
 */
final class PoolTies {
    private static final Logger LOG = LoggerFactory.getLogger(PoolTies.class);
    private static final Duration JUST_ASKED = Duration.ofSeconds(30);

    private final String host;
    private final Gateways gateways;
    private final TimeSource time;

    PoolTies(String host, Gateways gateways, TimeSource time) {
        this.host = host;
        this.gateways = gateways;
        this.time = time;
    }

    /** Ties the network to the user that its RequestPool made; CreateNetwork says the subnet but not the PoolID. */
    NetworkSubnet subnet(Decision d, String networkId, IpamData data, Set<Ref<PoolUser>> taken) {
        if (data.space().equals(IpamDriver.GLOBAL_SPACE)) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "network " + networkId
                            + " is none of a swarm's, and Patchbay of scope global serves only those; use scope local"
                            + " for networks of single hosts");
        }
        if (!data.space().equals(IpamDriver.LOCAL_SPACE)) {
            LOG.warn(
                    "addresses come from another IPAM driver, which knows nothing of other hosts; give --ipam-driver"
                            + " patchbay network={} subnet={}",
                    networkId,
                    data.subnet());
            return NetworkSubnet.foreign(data.subnet(), data.gateway());
        }
        Optional<Versioned<PoolUser>> user = meant(d, networkId, data, taken);
        if (user.isEmpty()) {
            return NetworkSubnet.foreign(data.subnet(), Gateways.named(data.subnet(), data.gateway()));
        }
        d.expect(user.get());
        boolean named = Gateways.named(data.subnet(), data.gateway()).isPresent();
        PoolUser known = user.get().value();
        PoolUser tied = (named ? known : gateways.find(d, known)).withNetwork(networkId);
        taken.add(Ref.of(tied));
        d.put(tied);
        endReplaced(d, tied, networkId);
        return named && !tied.guessed()
                ? new NetworkSubnet(
                        data.subnet(), data.gateway(), false, Optional.of(tied.pool()), Optional.of(tied.id()))
                : new NetworkSubnet(
                        data.subnet(), tied.gateway(), true, Optional.of(tied.pool()), Optional.of(tied.id()));
    }

    private Optional<Versioned<PoolUser>> meant(Decision d, String networkId, IpamData data, Set<Ref<PoolUser>> taken) {
        return d.peekAll(Refs.users()).stream()
                .filter(u -> u.value().host().equals(host)
                        && !u.value().leaving()
                        && u.value().pool().subnet().equals(data.subnet()))
                .filter(u -> u.value().network().isEmpty()
                        || u.value().network().get().equals(networkId))
                .filter(u -> !taken.contains(Ref.of(u.value())))
                .max((a, b) -> Integer.compare(fit(a, networkId, data), fit(b, networkId, data)) != 0
                        ? Integer.compare(fit(a, networkId, data), fit(b, networkId, data))
                        : Long.compare(a.revision(), b.revision()));
    }

    /**
     * Ends the users that this network had before: a swarm node whose engine was killed makes pool and network anew,
     * and releases nothing. Claims of its endpoints end with these.
     */
    private void endReplaced(Decision d, PoolUser tied, String networkId) {
        List<Versioned<PoolUser>> replaced = d.peekAll(Refs.usersOf(tied.pool())).stream()
                .filter(u -> u.value().host().equals(host)
                        && u.value().network().filter(networkId::equals).isPresent()
                        && !u.value().id().equals(tied.id()))
                .toList();
        if (replaced.isEmpty()) {
            return;
        }
        replaced.forEach(d::expect);
        if (d.isAlone()) {
            // the pool is everybody's; they end when the store is back
            replaced.forEach(old -> d.put(old.value().asLeaving()));
        } else {
            PoolWriter.endUsers(d, replaced.stream().map(Versioned::value).toList(), tied.pool());
        }
    }

    private int fit(Versioned<PoolUser> user, String networkId, IpamData data) {
        PoolUser u = user.value();
        // the one just asked for, also when this network had another before
        boolean fresh = u.network().isEmpty()
                && Duration.between(u.since(), time.now()).compareTo(JUST_ASKED) < 0
                && isSame(u, data);
        int tied = fresh ? 8 : u.network().filter(networkId::equals).isPresent() ? 4 : 0;
        int gateway = isSame(u, data) ? 2 : 0;
        int aux = new HashSet<>(u.aux()).equals(new HashSet<>(data.aux().values())) ? 1 : 0;
        return tied + gateway + aux;
    }

    private static boolean isSame(PoolUser user, IpamData data) {
        return user.gateway().equals(Gateways.named(data.subnet(), data.gateway()));
    }
}
