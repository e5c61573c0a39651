package io.patchbay.api;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.IpamDriver.AddressRequest;
import io.patchbay.core.contract.IpamDriver.PoolGrant;
import io.patchbay.core.contract.IpamDriver.PoolRequest;
import java.util.Map;

/** IpamDriver calls: wire to core's requests and back. */
final class IpamHandler {
    private IpamHandler() {}

    static Map<String, Object> requestPool(IpamDriver driver, Fields request) {
        PoolGrant grant = driver.requestPool(new PoolRequest(
                request.text("AddressSpace").orElse(""),
                request.subnet("Pool"),
                request.subnet("SubPool"),
                request.texts("Options"),
                request.flag("V6")));
        return Map.of("PoolID", grant.poolId(), "Pool", grant.subnet().toString(), "Data", Map.of());
    }

    static Map<String, Object> releasePool(IpamDriver driver, Fields request) {
        driver.releasePool(request.required("PoolID"));
        return Map.of();
    }

    static Map<String, Object> requestAddress(IpamDriver driver, Fields request) {
        Cidr address = driver.requestAddress(
                new AddressRequest(request.required("PoolID"), request.address("Address"), request.texts("Options")));
        return Map.of("Address", address.toString(), "Data", Map.of());
    }

    static Map<String, Object> releaseAddress(IpamDriver driver, Fields request) {
        String poolId = request.required("PoolID");
        request.required("Address");
        request.address("Address").ifPresent(address -> driver.releaseAddress(poolId, address));
        return Map.of();
    }
}
