package io.patchbay.store.etcd;

import io.etcd.jetcd.cluster.MemberListResponse;
import io.etcd.jetcd.kv.GetResponse;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import java.net.URI;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns from the cluster which members it has, so that it is still found when those that the settings name have been
 * replaced.
 *
 * <p>What a member says of itself need not be true as seen from here ({@code localhost}, an inner name), so it is asked
 * under its own address first, and has to answer as that member of that cluster.
 */
final class Roster {
    private static final Logger LOG = LoggerFactory.getLogger(Roster.class);

    private final Members members;
    private final Caller caller;
    private final Caller.Task<GetResponse> question;
    private final boolean tls;
    private final Function<Endpoint, Member> connect;
    private volatile Set<Member> named;
    private final Map<Endpoint, Member> candidates = new ConcurrentHashMap<>();

    /**
     * {@code question} is a read that a member answers with its id and the cluster's; {@code connect} makes a member.
     */
    Roster(
            Members members,
            Caller caller,
            Caller.Task<GetResponse> question,
            boolean tls,
            Function<Endpoint, Member> connect) {
        this.members = members;
        this.caller = caller;
        this.question = question;
        this.tls = tls;
        this.connect = connect;
        this.named = Set.copyOf(members.all());
    }

    /** These are kept also when the cluster does not tell of them; those that were before no longer. */
    void name(List<Member> kept) {
        named = Set.copyOf(kept);
    }

    /** Asks the cluster; never fails. */
    synchronized void look() {
        try {
            MemberListResponse told = caller.call(Caller.Task.read(
                    "member_list", client -> client.getClusterClient().listMember()));
            Set<Endpoint> current = told.getMembers().stream()
                    .flatMap(member -> endpoints(member).stream())
                    .collect(Collectors.toSet());
            meet(told);
            forget(current);
        } catch (Failure | PatchbayException e) {
            LOG.debug("etcd does not tell its members reason=\"{}\"", e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("etcd's members cannot be learned", e);
        }
    }

    private void meet(MemberListResponse told) {
        long cluster = told.getHeader().getClusterId();
        Set<Long> known = new HashSet<>();
        members.all().forEach(member -> ask(member, cluster).ifPresent(known::add));
        for (io.etcd.jetcd.cluster.Member member : told.getMembers()) {
            for (Endpoint endpoint : endpoints(member)) {
                if (!known.contains(member.getId()) && !isTried(endpoint)) {
                    Member candidate = candidates.computeIfAbsent(endpoint, connect);
                    if (ask(candidate, cluster)
                            .filter(id -> id == member.getId())
                            .isPresent()) {
                        known.add(member.getId());
                        candidates.remove(endpoint);
                        members.add(candidate);
                    }
                }
            }
        }
    }

    private boolean isTried(Endpoint endpoint) {
        return members.all().stream().anyMatch(member -> member.endpoint().equals(endpoint));
    }

    /** The id by which a member of this cluster answers. */
    private Optional<Long> ask(Member member, long cluster) {
        try {
            var header = caller.probe(member, question).getHeader();
            return header.getClusterId() == cluster ? Optional.of(header.getMemberId()) : Optional.empty();
        } catch (Failure e) {
            return Optional.empty();
        }
    }

    private void forget(Set<Endpoint> current) {
        members.all().stream()
                .filter(member -> !named.contains(member) && !current.contains(member.endpoint()))
                .forEach(member -> {
                    LOG.info("etcd has this member no longer endpoint={}", member);
                    members.remove(member);
                    member.close();
                });
        candidates.forEach((endpoint, candidate) -> {
            if (!current.contains(endpoint) && candidates.remove(endpoint) != null) {
                candidate.close();
            }
        });
    }

    private List<Endpoint> endpoints(io.etcd.jetcd.cluster.Member member) {
        return member.getClientURIs().stream()
                .flatMap(uri -> endpoint(uri).stream())
                .toList();
    }

    /** Empty for what cannot be an endpoint for others, or has TLS where the named ones have none. */
    private Optional<Endpoint> endpoint(URI uri) {
        String host = uri.getHost();
        boolean usable = host != null && uri.getPort() > 0 && !host.equals("0.0.0.0") && !host.equals("[::]");
        return usable && "https".equals(uri.getScheme()) == tls
                ? Optional.of(new Endpoint(host.replaceAll("[\\[\\]]", ""), uri.getPort(), tls))
                : Optional.empty();
    }

    /** Those that are not tried yet. */
    Collection<Member> candidates() {
        return candidates.values();
    }
}
