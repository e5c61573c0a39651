package io.patchbay.core.driver;

import io.patchbay.core.network.NetworkEvents;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.state.Decision;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes what becomes of networks on to all who listen. */
final class Listeners implements NetworkEvents {
    private final List<NetworkEvents> all = new CopyOnWriteArrayList<>();

    void add(NetworkEvents listener) {
        all.add(listener);
    }

    @Override
    public void created(String networkId) {
        all.forEach(one -> one.created(networkId));
    }

    @Override
    public void ending(NetworkRecord network, Decision d) {
        all.forEach(one -> one.ending(network, d));
    }

    @Override
    public void allocated() {
        all.forEach(NetworkEvents::allocated);
    }

    @Override
    public void joined() {
        all.forEach(NetworkEvents::joined);
    }

    @Override
    public void left(String networkId) {
        all.forEach(one -> one.left(networkId));
    }

    @Override
    public void storeBack() {
        all.forEach(NetworkEvents::storeBack);
    }
}
