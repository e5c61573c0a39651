package io.patchbay.core.fsck;

import static io.patchbay.core.fsck.DisagreementClass.CLAIM_OF_OTHER_MAC;
import static io.patchbay.core.fsck.DisagreementClass.DOUBLED_ADDRESS;
import static io.patchbay.core.fsck.DisagreementClass.DOUBLED_MAC;
import static io.patchbay.core.fsck.DisagreementClass.ENDPOINT_LOST_ADDRESS;
import static io.patchbay.core.fsck.DisagreementClass.ENDPOINT_OUTSIDE_NETWORK;
import static io.patchbay.core.fsck.DisagreementClass.ENDPOINT_WITHOUT_CLAIM;
import static io.patchbay.core.fsck.DisagreementClass.ENDPOINT_WITHOUT_NETWORK;
import static io.patchbay.core.fsck.DisagreementClass.MAC_CLAIM_WITHOUT_ENDPOINT;
import static io.patchbay.core.fsck.DisagreementClass.MAC_WITHOUT_CLAIM;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.network.Macs;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.MacClaim;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.Versioned;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Endpoints of all hosts with their networks, with what is claimed for them, and with each other. */
final class EndpointComparer {
    private static final String AGAIN = "docker network disconnect it and connect it again";

    private final Picture picture;
    private final Found found;
    private final TreeMap<String, EndpointRecord> byAddress = new TreeMap<>();
    private final TreeMap<String, EndpointRecord> byMac = new TreeMap<>();
    private final Set<String> living;

    private EndpointComparer(Picture picture, Found found) {
        this.picture = picture;
        this.found = found;
        this.living = picture.living();
    }

    static void compare(Picture picture, Found found) {
        EndpointComparer comparer = new EndpointComparer(picture, found);
        picture.endpoints().forEach(comparer::compare);
        picture.records().all(Refs.macs()).forEach(comparer::mac);
    }

    private void compare(EndpointRecord endpoint) {
        Optional<NetworkRecord> network = picture.networkOf(endpoint);
        if (network.isPresent()) {
            endpoint.addresses().stream().map(Cidr::address).forEach(a -> address(endpoint, network.get(), a));
            mac(endpoint, network.get());
        } else if (!picture.records().isThere(Ref.network(endpoint.host(), endpoint.network()))) {
            found.add(
                    ENDPOINT_WITHOUT_NETWORK,
                    endpoint.host(),
                    endpoint.id(),
                    Picture.describe(endpoint) + " is on network " + endpoint.network() + ", which there is not",
                    "make the network again and start the container anew; docker rm it if it is not wanted");
        }
    }

    private void address(EndpointRecord endpoint, NetworkRecord network, IpAddress address) {
        Optional<NetworkSubnet> subnet = network.subnetOf(address);
        if (subnet.isEmpty()) {
            found.add(
                    ENDPOINT_OUTSIDE_NETWORK,
                    endpoint.host(),
                    endpoint.id() + " " + address,
                    Picture.describe(endpoint) + " has " + address + ", which lies in no subnet of its network",
                    AGAIN);
        }
        subnet.flatMap(NetworkSubnet::pool).ifPresent(pool -> {
            EndpointRecord other = byAddress.put(pool.segment() + " " + address, endpoint);
            if (other != null) {
                doubled(DOUBLED_ADDRESS, pool.segment() + " " + address, "address " + address, endpoint, other);
            }
            claim(endpoint, pool, address);
        });
    }

    private void doubled(DisagreementClass of, String subject, String what, EndpointRecord one, EndpointRecord other) {
        found.add(
                of,
                Found.STORE,
                subject,
                what + " is that of " + Picture.describe(other) + " and of " + Picture.describe(one),
                "stop one of the two containers, and start it anew");
    }

    private void claim(EndpointRecord endpoint, PoolName pool, IpAddress address) {
        Ref<Claim> ref = Ref.claim(pool, address);
        Optional<Claim> claim = picture.records().peek(ref).map(Versioned::value);
        boolean unreadable = claim.isEmpty() && picture.records().isThere(ref);
        if (unreadable) {
            return;
        }
        String subject = endpoint.id() + " " + address;
        boolean bound =
                claim.flatMap(Claim::endpoint).filter(endpoint.id()::equals).isPresent();
        if (bound) {
            claim.flatMap(c -> c.life().container().mac())
                    .filter(mac -> !mac.equals(endpoint.mac()))
                    .ifPresent(mac -> found.add(
                            CLAIM_OF_OTHER_MAC,
                            endpoint.host(),
                            subject,
                            Picture.describe(endpoint) + " has MAC " + endpoint.mac() + ", its claim of " + address
                                    + " says " + mac));
            return;
        }
        boolean others = claim.filter(
                        c -> !c.isOf(endpoint.host()) || c.endpoint().isPresent())
                .isPresent();
        found.add(
                others ? ENDPOINT_LOST_ADDRESS : ENDPOINT_WITHOUT_CLAIM,
                endpoint.host(),
                subject,
                Picture.describe(endpoint) + " has " + address + ", which is "
                        + claim.map(c -> c.state() + " for " + c.owner().name()
                                        + c.endpoint()
                                                .map(id -> ", endpoint " + id)
                                                .orElse(""))
                                .orElse("claimed for nobody"));
    }

    private void mac(EndpointRecord endpoint, NetworkRecord network) {
        String lan = network.lan();
        EndpointRecord other = byMac.put(lan + " " + endpoint.mac(), endpoint);
        if (other != null) {
            doubled(DOUBLED_MAC, lan + " " + endpoint.mac(), "MAC " + endpoint.mac(), endpoint, other);
        }
        boolean claimed = picture.records()
                .peek(Ref.mac(lan, endpoint.mac()))
                .filter(claim -> claim.value().isOf(endpoint))
                .isPresent();
        if (!claimed && other == null && !Macs.isOfAddress(endpoint, network)) {
            found.add(
                    MAC_WITHOUT_CLAIM,
                    endpoint.host(),
                    endpoint.id(),
                    Picture.describe(endpoint) + " has MAC " + endpoint.mac() + ", which is not claimed for it");
        }
    }

    private void mac(MacClaim claim) {
        boolean left = picture.isSettled(claim.since())
                && claim.endpoint()
                        .filter(id -> picture.records().isThere(Ref.endpoint(claim.host(), id)) || living.contains(id))
                        .isEmpty();
        if (left) {
            found.add(
                    MAC_CLAIM_WITHOUT_ENDPOINT,
                    claim.host(),
                    claim.lan() + " " + claim.mac(),
                    "MAC " + claim.mac() + " is claimed by host " + claim.host() + " since " + claim.since()
                            + ", and there is no endpoint "
                            + claim.endpoint().orElse("with it"));
        }
    }
}
