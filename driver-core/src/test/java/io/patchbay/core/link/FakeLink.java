package io.patchbay.core.link;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.link.Link.BridgeSettings;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One link of {@link FakeLinks}, guarded by its lock. */
final class FakeLink {
    final int index;
    final String name;
    final Optional<String> kind;
    MacAddress mac;
    int mtu;
    boolean ownMtu;
    boolean dropsRa;
    boolean blocked;
    boolean up;
    boolean elsewhere;
    List<Cidr> addresses = List.of();
    Optional<String> alias = Optional.empty();
    Optional<BridgeSettings> bridge = Optional.empty();
    Optional<FakeLink> master = Optional.empty();

    @Nullable
    FakeLink peer;

    private final Collection<FakeLink> all;

    FakeLink(int index, String name, Optional<String> kind, MacAddress mac, int mtu, Collection<FakeLink> all) {
        this.index = index;
        this.name = name;
        this.kind = kind;
        this.mac = mac;
        this.mtu = mtu;
        this.all = all;
    }

    FakeLink peer() {
        return Objects.requireNonNull(peer, () -> name + " is no veth");
    }

    private boolean carrier() {
        if (bridge.isPresent()) {
            return up
                    && all.stream()
                            .anyMatch(l -> l.master.filter(m -> m == this).isPresent() && l.carrier());
        }
        return up && (peer == null || peer.up);
    }

    /** What a bridge does for its MTU, unless somebody has set it (net/bridge/br_if.c, br_mtu_auto_adjust). */
    void takeLeastMtu() {
        if (!ownMtu) {
            mtu = all.stream()
                    .filter(l -> l.master.filter(m -> m == this).isPresent())
                    .mapToInt(l -> l.mtu)
                    .min()
                    .orElse(1500);
        }
    }

    Link view() {
        OptionalInt masterIndex = master.map(m -> OptionalInt.of(m.index)).orElse(OptionalInt.empty());
        return new Link(
                index,
                name,
                kind,
                alias,
                mac,
                mtu,
                up,
                carrier(),
                masterIndex,
                peer == null ? OptionalInt.empty() : OptionalInt.of(peer.index),
                peer != null && peer.elsewhere,
                bridge,
                masterIndex.isPresent()
                        ? OptionalInt.of(carrier() && !blocked ? Link.FORWARDING : 0)
                        : OptionalInt.empty());
    }
}
