package io.patchbay.core.link;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.link.FakeLinks.Verb;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The half of {@link FakeLinks} that is about the LAN behind the bridges: who answers there, and what is said. */
abstract class FakeLanLinks implements Links {
    final FakeCalls calls = new FakeCalls();
    private final FakeLan lan = new FakeLan();
    private final List<Listening> listeners = new CopyOnWriteArrayList<>();

    private record Listening(String bridge, FakeWatch<Sighting> watch) {}

    /** The link of that name; no call of a verb. */
    abstract Optional<Link> quietly(String name);

    /** How often that verb was called so far. */
    public int calls(Verb verb) {
        return calls.of(verb);
    }

    /** The next call of that verb throws that and does nothing; the one after it works again. */
    public void failNext(Verb verb, RuntimeException failure) {
        calls.failNext(verb, failure);
    }

    /** Something on the LAN has that address and answers for it. */
    public void addStation(IpAddress address, MacAddress mac) {
        lan.add(address, mac);
    }

    /** A router answers for each address that nobody has. */
    public void addProxy(MacAddress mac) {
        lan.proxy(mac);
    }

    public void removeStation(IpAddress address) {
        lan.remove(address);
    }

    /** Happens once, while the LAN is asked and before it answers. */
    public void duringNextProbe(Runnable happening) {
        lan.duringNext(happening);
    }

    /** Every address that was asked for on the LAN, oldest first. */
    public List<IpAddress> probed() {
        return lan.asked();
    }

    /** Somebody says that behind a bridge. */
    public void say(String bridge, Sighting sighting) {
        if (quietly(bridge).filter(Link::up).isPresent()) {
            listeners.stream()
                    .filter(l -> l.bridge().equals(bridge))
                    .forEach(l -> l.watch().send(sighting));
        }
    }

    /** The bridges that somebody listens on. */
    public List<String> listenedOn() {
        return listeners.stream().map(Listening::bridge).sorted().toList();
    }

    private void requireUp(String bridge) {
        Link link = quietly(bridge)
                .filter(Link::isBridge)
                .orElseThrow(
                        () -> refuse(PatchbayException.Kind.NOT_FOUND, "bridge \"" + bridge + "\" does not exist"));
        if (!link.up()) {
            throw refuse(PatchbayException.Kind.UNAVAILABLE, "bridge \"" + bridge + "\" is down");
        }
    }

    @Override
    public Map<IpAddress, MacAddress> probe(String bridge, Collection<IpAddress> wanted, Duration timeout) {
        calls.begin(Verb.PROBE);
        LinkRules.checkProbe(bridge, wanted, timeout);
        requireUp(bridge);
        return lan.ask(wanted);
    }

    @Override
    public AutoCloseable listen(String bridge, Consumer<Sighting> listener) {
        calls.begin(Verb.LISTEN);
        LinkRules.checkName(bridge);
        requireUp(bridge);
        FakeWatch<Sighting> watch = new FakeWatch<>(
                listener, closed -> listeners.removeIf(l -> l.watch().equals(closed)));
        listeners.add(new Listening(bridge, watch));
        return watch;
    }

    static PatchbayException refuse(PatchbayException.Kind kind, String message) {
        return new PatchbayException(kind, message);
    }
}
