package io.patchbay.core.fsck;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.engine.Attachment;
import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links.FarEnd;
import io.patchbay.core.link.Links.ForwardingEntry;
import io.patchbay.core.link.LinksInUse;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Records;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What each says of one moment, give or take what it takes to ask them.
 *
 * @param host this one
 * @param records what the store has
 * @param machines whose addresses of pools are no container's
 * @param engine empty where it was not asked, or did not answer
 */
record Picture(
        String host,
        Instant now,
        Records records,
        List<Link> links,
        List<ForwardingEntry> forwarding,
        List<FarEnd> farEnds,
        Map<PoolName, Map<IpAddress, String>> machines,
        Optional<EngineView> engine) {

    /** A call of the engine's is answered within eight seconds. */
    private static final Duration CALL = Duration.ofSeconds(15);

    /**
     * What the engine has.
     *
     * @param driver what it calls us
     * @param attachments by network
     */
    record EngineView(String driver, List<EngineNetwork> networks, Map<String, List<Attachment>> attachments) {}

    /** Whether no call can be under way any more that wrote this, by this host's clock. */
    boolean isSettled(Instant since) {
        return age(since).compareTo(CALL) >= 0;
    }

    Duration age(Instant since) {
        return Duration.between(since, now).abs();
    }

    Map<String, Link> linksByName() {
        return links.stream().collect(Collectors.toMap(Link::name, Function.identity(), (a, b) -> a));
    }

    /** The endpoints whose links are in use. */
    Set<String> living() {
        return Set.copyOf(LinksInUse.endpoints(links));
    }

    /** Without those that a call is at work on. */
    List<EndpointRecord> endpoints() {
        return records.all(Refs.endpoints()).stream()
                .filter(e -> isSettled(e.since()))
                .toList();
    }

    List<EndpointRecord> ownEndpoints() {
        return endpoints().stream().filter(e -> e.host().equals(host)).toList();
    }

    List<NetworkRecord> ownNetworks() {
        return records.all(Refs.networksOf(host));
    }

    Optional<NetworkRecord> networkOf(EndpointRecord endpoint) {
        return records.peek(Ref.network(endpoint.host(), endpoint.network())).map(Versioned::value);
    }

    Optional<Claim> claim(PoolName pool, IpAddress address) {
        return records.peek(Ref.claim(pool, address)).map(Versioned::value);
    }

    static String describe(EndpointRecord endpoint) {
        return endpoint.container().map(name -> "container " + name).orElse("endpoint " + endpoint.id()) + " on host "
                + endpoint.host();
    }
}
