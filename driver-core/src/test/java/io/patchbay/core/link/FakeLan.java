package io.patchbay.core.link;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** The stations of a LAN that have addresses, and what was asked there. */
final class FakeLan {
    private final Map<IpAddress, MacAddress> stations = new ConcurrentHashMap<>();
    private final List<IpAddress> asked = new CopyOnWriteArrayList<>();
    private final AtomicReference<Optional<Runnable>> next = new AtomicReference<>(Optional.empty());

    void add(IpAddress address, MacAddress mac) {
        stations.put(address, mac);
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
        return wanted.stream()
                .distinct()
                .filter(stations::containsKey)
                .collect(Collectors.toMap(a -> a, stations::get));
    }
}
