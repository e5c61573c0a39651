package io.patchbay.core.contract;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import java.util.Map;
import java.util.Optional;

/**
 * The address half of the driver, what libnetwork calls an IPAM driver (moby: ipams/remote/api). All methods are
 * thread-safe, block for a store round trip or two, and fail with a {@link PatchbayException}.
 */
public interface IpamDriver {
    /** Where hosts ask for their own networks, which the cluster shares all the same. */
    String LOCAL_SPACE = "patchbay-local";

    /**
     * Where the leader of a swarm asks for all its nodes; requests come, and are served, only when the driver is of
     * global scope.
     */
    String GLOBAL_SPACE = "patchbay-global";

    /**
     * A pool for a network. Every call makes one more user of the pool with an id of its own; it ends with
     * {@link #releasePool}. Without a subnet (or with the unspecified address, {@code 0.0.0.0/24}) a fresh one from the
     * automatic ranges, or {@code INVALID} when none are configured.
     */
    PoolGrant requestPool(PoolRequest request);

    /**
     * Ends a user of a pool; what it still held of gateway and aux addresses is freed. Unknown and repeated: nothing
     * happens.
     */
    void releasePool(String poolId);

    /**
     * A claim on an address: the wanted one or, when none is wanted, one chosen from the user's range. The wanted one
     * is honoured or refused ({@code CONFLICT} names who has it, {@code INVALID} the rule), never replaced.
     * {@code EXHAUSTED} names pool and size. The answer has the pool's prefix length.
     */
    Cidr requestAddress(AddressRequest request);

    /** Gives a claim back. Unknown, repeated, or another's: nothing happens. */
    void releaseAddress(String poolId, IpAddress address);

    /**
     * What a network asks of a pool.
     *
     * @param space {@link #LOCAL_SPACE} or, for a driver of global scope, {@link #GLOBAL_SPACE}
     * @param subnet host bits already dropped; empty means automatic
     * @param subPool where dynamic addresses come from ({@code --ip-range}); must lie in the subnet
     * @param options {@code --ipam-opt} and what dockerd adds; unknown keys of dockerd's are ignored
     * @param v6 which family an automatic pool has
     */
    record PoolRequest(
            String space, Optional<Subnet> subnet, Optional<Subnet> subPool, Map<String, String> options, boolean v6) {
        public PoolRequest {
            options = Map.copyOf(options);
        }
    }

    /**
     * A granted pool.
     *
     * @param poolId opaque to dockerd, describes itself to us, at most 200 characters
     */
    record PoolGrant(String poolId, Subnet subnet) {}

    /**
     * A request for an address.
     *
     * @param address the wanted one; empty means any of the range
     * @param options of dockerd: {@code RequestAddressType}, {@code com.docker.network.endpoint.macaddress},
     *     {@code ...endpoint.name}
     */
    record AddressRequest(String poolId, Optional<IpAddress> address, Map<String, String> options) {
        public AddressRequest {
            options = Map.copyOf(options);
        }
    }
}
