package io.patchbay.core.endpoint;

import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.Veth;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.network.Networks;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.ShortId;
import io.patchbay.core.work.Chores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Whether the host ends of running containers are where they were plugged in. They are made as ports of their bridge
 * and up, so one that is not was touched by somebody else, or its bridge was made anew; the container is off the LAN.
 */
public final class HostEnds {
    private final Networks networks;
    private final Endpoints endpoints;
    private final Links links;
    private final Announcer announcer;
    private final Pairs pairs;

    public HostEnds(Networks networks, Endpoints endpoints, Links links, Announcer announcer) {
        this.networks = networks;
        this.endpoints = endpoints;
        this.links = links;
        this.announcer = announcer;
        this.pairs = endpoints.pairs();
    }

    private record Loose(EndpointRecord endpoint, NetworkRecord network, String what) {}

    private List<Loose> loose(List<Link> all) {
        Map<String, Link> byName = all.stream().collect(Collectors.toMap(Link::name, Function.identity(), (a, b) -> a));
        List<Loose> loose = new ArrayList<>();
        for (EndpointRecord endpoint : endpoints.all()) {
            Optional<NetworkRecord> network = networks.find(endpoint.network());
            Link end = byName.get(endpoint.link());
            // one whose other end is here is on its way in or out, or stale
            if (network.isPresent() && end != null && end.peerElsewhere()) {
                trouble(end, byName, network.get().bridge())
                        .ifPresent(what -> loose.add(new Loose(endpoint, network.get(), what)));
            }
        }
        return loose;
    }

    private static Optional<String> trouble(Link end, Map<String, Link> byName, String bridge) {
        Link there = byName.get(bridge);
        if (there == null || !end.master().equals(OptionalInt.of(there.index()))) {
            return Optional.of("is no port of " + bridge);
        }
        return end.up() ? Optional.empty() : Optional.of("is down");
    }

    /** Puts all that are loose back, where their bridge is; the names of those that are in place again. */
    public List<String> putBack(Supplier<List<Link>> all) {
        List<String> done = new ArrayList<>();
        Chores.each(
                "putting back link", loose(all.get()), each -> each.endpoint().link(), each -> {
                    if (putBack(each)) {
                        done.add(each.endpoint().link());
                    }
                });
        return done;
    }

    private boolean putBack(Loose loose) {
        NetworkRecord network = loose.network();
        networks.ensureBridge(network);
        if (links.find(network.bridge()).isEmpty()) {
            return false;
        }
        Veth veth = pairs.make(loose.endpoint(), network, NetworkOptions.parse(network.options()));
        if (veth.created()) {
            // its container ended just now, and with it the pair
            links.delete(LinkName.of(loose.endpoint().id()).both());
            return false;
        }
        announcer.expect(loose.endpoint(), network.bridge());
        return true;
    }

    /** For doctor: what the next round will put back. */
    public List<Finding> findings(Supplier<List<Link>> all) {
        return loose(all.get()).stream()
                .map(each -> new Finding(
                        "container-link",
                        Severity.FAIL,
                        each.endpoint().link(),
                        "the link " + each.endpoint().link() + " of container "
                                + each.endpoint()
                                        .container()
                                        .orElse(ShortId.of(each.endpoint().id())) + " "
                                + each.what() + ": nobody reaches the container",
                        "nothing, the daemon puts it back within a minute while "
                                + each.network().bridge() + " exists; look who took it"))
                .toList();
    }
}
