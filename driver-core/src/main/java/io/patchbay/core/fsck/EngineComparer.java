package io.patchbay.core.fsck;

import static io.patchbay.core.fsck.DisagreementClass.CONTAINER_WITHOUT_ENDPOINT;
import static io.patchbay.core.fsck.DisagreementClass.ENDPOINT_UNKNOWN_TO_ENGINE;
import static io.patchbay.core.fsck.DisagreementClass.NETWORK_UNKNOWN_TO_ENGINE;
import static io.patchbay.core.fsck.DisagreementClass.POOL_WITHOUT_NETWORK;
import static io.patchbay.core.fsck.DisagreementClass.UNKNOWN_NETWORK;

import io.patchbay.core.addr.Subnet;
import io.patchbay.core.engine.Attachment;
import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.fsck.Picture.EngineView;
import io.patchbay.core.link.Link;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.ShortId;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What this host's engine has with what the store has of this host. */
final class EngineComparer {
    private final Picture picture;
    private final EngineView engine;
    private final Found found;
    private final String host;

    private EngineComparer(Picture picture, EngineView engine, Found found) {
        this.picture = picture;
        this.engine = engine;
        this.found = found;
        this.host = picture.host();
    }

    static void compare(Picture picture, Found found) {
        picture.engine().ifPresent(engine -> {
            EngineComparer comparer = new EngineComparer(picture, engine, found);
            Map<String, EngineNetwork> listed =
                    engine.networks().stream().collect(Collectors.toMap(EngineNetwork::id, n -> n, (a, b) -> a));
            engine.networks().stream()
                    .filter(n -> n.plan().isLocal() && n.plan().driver().equals(engine.driver()))
                    .forEach(comparer::ours);
            picture.ownNetworks().stream()
                    .filter(n -> picture.isSettled(n.since()) && !listed.containsKey(n.id()))
                    .forEach(comparer::forgotten);
            comparer.users();
            Map<String, Link> links = picture.linksByName();
            picture.ownEndpoints().forEach(e -> comparer.endpoint(e, Optional.ofNullable(links.get(e.link()))));
        });
    }

    private void ours(EngineNetwork network) {
        if (!picture.records().isThere(Ref.network(host, network.id()))) {
            found.add(
                    UNKNOWN_NETWORK,
                    host,
                    network.name(),
                    "this host's engine has network " + network.name()
                            + " of Patchbay, and the store does not know it: no container can start on it",
                    "docker network rm " + network.name() + " and make it again; patchbay doctor says what else it"
                            + " may be");
        }
        for (Attachment attachment : attachments(network.id())) {
            if (!attachment.endpointId().isEmpty()
                    && !picture.records().isThere(Ref.endpoint(host, attachment.endpointId()))) {
                found.add(
                        CONTAINER_WITHOUT_ENDPOINT,
                        host,
                        network.name() + " " + attachment.endpointId(),
                        "this host's engine has container " + attachment.container() + " on network " + network.name()
                                + ", and the store has no endpoint " + attachment.endpointId(),
                        "docker network disconnect -f " + network.name() + " " + attachment.container()
                                + "; docker network connect " + network.name() + " " + attachment.container());
            }
        }
    }

    private List<Attachment> attachments(String network) {
        return engine.attachments().getOrDefault(network, List.of());
    }

    private void forgotten(NetworkRecord network) {
        found.add(
                NETWORK_UNKNOWN_TO_ENGINE,
                host,
                network.id(),
                "the store has network " + network.name().orElse(ShortId.of(network.id()))
                        + " of this host, and its engine does not");
    }

    private void users() {
        Set<Subnet> subnets = engine.networks().stream()
                .flatMap(n -> n.plan().ipam().ranges().stream())
                .flatMap(range -> Subnet.tryParse(range.subnet()).stream())
                .collect(Collectors.toSet());
        for (PoolUser user : picture.records().all(Refs.users())) {
            boolean idle = user.host().equals(host)
                    && user.network().isEmpty()
                    && picture.isSettled(user.since())
                    && !subnets.contains(user.pool().subnet());
            if (idle) {
                found.add(
                        POOL_WITHOUT_NETWORK,
                        host,
                        user.pool() + " " + user.id(),
                        "pool " + user.pool().describe() + " was asked for at " + user.since()
                                + ", and this host's engine has no network of it");
            }
        }
    }

    /** An endpoint whose link leads nowhere is told of by that. */
    private void endpoint(EndpointRecord endpoint, Optional<Link> link) {
        boolean lives = link.filter(Link::peerElsewhere).isPresent();
        boolean listed = engine.attachments().containsKey(endpoint.network());
        boolean known = attachments(endpoint.network()).stream()
                .anyMatch(a -> a.endpointId().equals(endpoint.id()));
        if (lives && listed && !known) {
            found.add(
                    ENDPOINT_UNKNOWN_TO_ENGINE,
                    host,
                    endpoint.id(),
                    Picture.describe(endpoint) + " has a link that is in use, and its engine has no container with it",
                    "look who uses it (ip netns identify; lsns -t net), and end that; the daemon does the rest");
        }
    }
}
