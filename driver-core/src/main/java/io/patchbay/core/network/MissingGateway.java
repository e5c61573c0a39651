package io.patchbay.core.network;

import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.ipam.Gateways;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import java.util.Map;
import java.util.Optional;

/** Refuses networks whose gateway nobody knows, on engines that take no "none". */
public final class MissingGateway {
    private MissingGateway() {}

    /**
     * Of a subnet without a gateway, on an engine that had to be told of one: refused unless none is needed, or other
     * networks of the pool have none either, of which this host may not have heard yet. A swarm's leader has decided
     * for its nodes.
     */
    static void check(Decision d, NetworkRequest request, IpamData data, NetworkSubnet subnet) {
        NetworkOptions options = NetworkOptions.parse(request.settings().options());
        boolean v6 = data.subnet().isV6();
        if (v6 && options.gateway6().isPresent() && subnet.gateway().isPresent() && !subnet.guessed()) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "option " + NetworkOptions.GATEWAY6 + "="
                            + options.gateway6().get() + " contradicts --gateway "
                            + subnet.gateway().get() + "; give one of them");
        }
        boolean needless = request.settings().internal() || isLeftOut(options, v6);
        boolean toldOfNone = data.gateway().isPresent()
                && Gateways.named(data.subnet(), data.gateway()).isEmpty();
        if (!toldOfNone || subnet.gateway().isPresent() || needless) {
            return;
        }
        boolean agreed = d.peekOrAsk(Ref.networkOfSwarm(request.networkId())).isPresent()
                || d.askAll(Refs.networks()).stream()
                        .anyMatch(other -> isWithout(other.value(), data.subnet(), subnet.pool()));
        if (!agreed) {
            throw refusal(data.subnet());
        }
    }

    /**
     * A network of a swarm is about to be made through an engine that takes no "none", and nothing names its gateway
     * there. Its nodes would be refused it, each at its first task, so it is refused now.
     */
    public static void checkForSwarm(State state, PoolName pool, boolean internal, Map<String, String> options) {
        boolean v6 = pool.subnet().isV6();
        boolean agreed = state.peekAll(Refs.networks()).stream()
                .anyMatch(other -> isWithout(other.value(), pool.subnet(), Optional.of(pool)));
        if (!internal && !agreed && !isLeftOut(NetworkOptions.parse(options), v6)) {
            throw refusal(pool.subnet());
        }
    }

    private static PatchbayException refusal(Subnet subnet) {
        return new PatchbayException(
                Kind.INVALID,
                "no gateway is known for subnet " + subnet + ": no network on it has one, this host has no default"
                        + " route in it, and engines before 28 cannot be told that there is none; give --gateway, or"
                        + " -o " + NetworkOptions.GATEWAY + "=none" + (subnet.isV6() ? "6" : "")
                        + " for containers without a way out");
    }

    private static boolean isLeftOut(NetworkOptions options, boolean v6) {
        return v6
                ? options.noGateway().v6() || options.gateway6().isPresent()
                : options.noGateway().v4();
    }

    /** Whether another network could have a gateway in the subnet and has none. */
    private static boolean isWithout(NetworkRecord other, Subnet subnet, Optional<PoolName> pool) {
        boolean has = other.subnets().stream()
                .anyMatch(its ->
                        its.guessed() && its.gateway().isEmpty() && its.pool().equals(pool));
        try {
            return has && !other.internal() && !isLeftOut(NetworkOptions.parse(other.options()), subnet.isV6());
        } catch (PatchbayException e) {
            // options of another version
            return false;
        }
    }
}
