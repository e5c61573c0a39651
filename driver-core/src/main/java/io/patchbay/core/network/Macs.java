package io.patchbay.core.network;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.NetworkRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Computes MAC addresses, so that a container that is made anew has the one its neighbours know. All are locally
 * administered (IEEE 802, second bit of the first byte).
 */
public final class Macs {
    private static final long FROM_V4 = 0x02_50_00000000L;
    private static final long FROM_V6 = 0x06_50_00000000L;
    private static final long FROM_ID = 0x0a_50_00000000L;

    /** High, so that a bridge without a fixed MAC does not take it for its own (it takes the lowest of its ports). */
    private static final long HOST_END = 0xfe_50_00000000L;

    private static final long BRIDGE = 0x0e_50_00000000L;

    private Macs() {}

    /** From the IPv4 address, else the IPv6 address, else the endpoint's id. */
    public static MacAddress ofContainer(List<Cidr> addresses, String endpointId) {
        Optional<IpAddress> v4 =
                addresses.stream().map(Cidr::address).filter(a -> !a.isV6()).findFirst();
        if (v4.isPresent()) {
            return ofV4(v4.get());
        }
        return addresses.stream()
                .map(Cidr::address)
                .findFirst()
                .map(v6 -> new MacAddress(FROM_V6 | hash(v6.bytes())))
                .orElseGet(() -> ofEndpoint(endpointId));
    }

    private static MacAddress ofV4(IpAddress address) {
        long bits = 0;
        for (byte b : address.bytes()) {
            bits = (bits << 8) | (b & 0xff);
        }
        return new MacAddress(FROM_V4 | bits);
    }

    /** The IPv4 address that it is made from; empty for one that is made otherwise. */
    public static Optional<IpAddress> addressOf(MacAddress mac) {
        byte[] bytes = mac.bytes();
        IpAddress address = IpAddress.of(Arrays.copyOfRange(bytes, 2, 6));
        return ofV4(address).equals(mac) ? Optional.of(address) : Optional.empty();
    }

    /** Whether the endpoint's is made from an address that is claimed for it, and needs no claim of its own. */
    public static boolean isOfAddress(EndpointRecord endpoint, NetworkRecord network) {
        return addressOf(endpoint.mac())
                .filter(address ->
                        endpoint.addresses().stream().map(Cidr::address).anyMatch(address::equals)
                                && network.subnets().stream()
                                        .anyMatch(s -> s.pool().isPresent()
                                                && s.user().isPresent()
                                                && s.subnet().contains(address)))
                .isPresent();
    }

    /** From the endpoint's id alone, where its address gives none, or one that somebody else has. */
    public static MacAddress ofEndpoint(String endpointId) {
        return new MacAddress(FROM_ID | hash(endpointId.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    public static MacAddress ofHostEnd(String endpointId) {
        return new MacAddress(HOST_END | hash(endpointId.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    static MacAddress ofBridge(String networkId) {
        return new MacAddress(BRIDGE | hash(networkId.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    private static long hash(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }
}
