package io.patchbay.core.link;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** The stations of a LAN that have addresses, and what was asked there. */
final class FakeLan {
    private final Map<IpAddress, MacAddress> stations = new ConcurrentHashMap<>();
    private final List<IpAddress> asked = new CopyOnWriteArrayList<>();
    private final AtomicReference<Optional<MacAddress>> proxy = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<Runnable>> next = new AtomicReference<>(Optional.empty());

    void add(IpAddress address, MacAddress mac) {
        stations.put(address, mac);
    }

    /** Somebody answers for each address that nobody has. */
    void proxy(MacAddress mac) {
        proxy.set(Optional.of(mac));
    }

    void remove(IpAddress address) {
        stations.remove(address);
    }

    void duringNext(Runnable happening) {
        next.set(Optional.of(happening));
    }

    List<IpAddress> asked() {
        return List.copyOf(asked);
    }

    Map<IpAddress, MacAddress> ask(Collection<IpAddress> wanted) {
        asked.addAll(wanted);
        next.getAndSet(Optional.empty()).ifPresent(Runnable::run);
        Map<IpAddress, MacAddress> answers = new HashMap<>();
        for (IpAddress address : wanted) {
            Optional.ofNullable(stations.get(address)).or(proxy::get).ifPresent(mac -> answers.put(address, mac));
        }
        return answers;
    }
}
