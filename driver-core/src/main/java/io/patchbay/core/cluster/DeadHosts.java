package io.patchbay.core.cluster;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.ipam.ClaimEnd;
import io.patchbay.core.ipam.MacClaims;
import io.patchbay.core.link.Links;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.Late;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees the containers' addresses of hosts that have been dead for the time that is set, each only if nothing answers
 * for it on the LAN: a host that lost the store but not the LAN keeps its addresses. Every daemon looks; the
 * transaction's conditions make it happen once, and not at all if the host is back.
 */
public final class DeadHosts {
    private static final Logger LOG = LoggerFactory.getLogger(DeadHosts.class);

    private static final Duration PROBE = Duration.ofSeconds(1);
    /** An address that answered is asked again after this. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private static final int BATCH = 32;
    private static final int BATCHES_A_ROUND = 4;
    private static final int MOST_WITNESSES = 8;

    private final State state;
    private final HostWatch watch;
    private final Bridges bridges;
    private final Links links;
    private final TimeSource time;
    private final Optional<Duration> after;
    private final Map<Ref<Claim>, Answer> answers = new HashMap<>();
    private long freed;

    /** Something answered for a dead host's address. */
    private record Answer(String host, MacAddress mac, Duration at) {}

    DeadHosts(State state, HostWatch watch, Bridges bridges, Links links, TimeSource time, Optional<Duration> after) {
        this.state = state;
        this.watch = watch;
        this.bridges = bridges;
        this.links = links;
        this.time = time;
        this.after = after;
    }

    /** One round: some of the addresses that may be freed are asked for, and freed when nothing answers. */
    void run(String self) {
        watch.look();
        if (after.isEmpty()) {
            return;
        }
        Map<String, HostWatch.Absence> dead = new TreeMap<>();
        for (String host : watch.known()) {
            Optional<HostWatch.Absence> absence = watch.absence(host);
            if (!host.equals(self)
                    && !state.isUnreadable(Ref.host(host))
                    && absence.isPresent()
                    && time.steady().minus(absence.get().since()).compareTo(after.get()) >= 0) {
                dead.put(host, absence.get());
            }
        }
        forgetAnswers(dead);
        if (!dead.isEmpty()) {
            probeAndFree(dead);
        }
    }

    private synchronized void forgetAnswers(Map<String, HostWatch.Absence> dead) {
        answers.entrySet()
                .removeIf(e -> !dead.containsKey(e.getValue().host())
                        || state.peek(e.getKey()).isEmpty());
    }

    private void probeAndFree(Map<String, HostWatch.Absence> dead) {
        Map<PoolName, List<Versioned<Claim>>> byPool = new TreeMap<>();
        for (Versioned<Claim> claim : state.peekAll(Refs.claims())) {
            if (claim.value().isForContainers()
                    && dead.containsKey(claim.value().owner().name())
                    && isDue(Ref.of(claim.value()))) {
                byPool.computeIfAbsent(claim.value().pool(), p -> new ArrayList<>())
                        .add(claim);
            }
        }
        int batches = BATCHES_A_ROUND;
        for (Map.Entry<PoolName, List<Versioned<Claim>>> entry : byPool.entrySet()) {
            Optional<String> bridge = bridges.leadingTo(entry.getKey());
            List<Versioned<Claim>> claims = bridge.isPresent() ? entry.getValue() : List.of();
            for (int from = 0; from < claims.size() && batches > 0; from += BATCH, batches--) {
                List<Versioned<Claim>> batch = claims.subList(from, Math.min(from + BATCH, claims.size()));
                Chores.guarded(
                        "asking for addresses of pool " + entry.getKey(),
                        () -> probe(bridge.orElseThrow(), entry.getKey(), batch, dead));
            }
        }
    }

    private void probe(
            String bridge, PoolName pool, List<Versioned<Claim>> batch, Map<String, HostWatch.Absence> dead) {
        List<IpAddress> witnesses = witnesses(pool);
        Set<IpAddress> asked = new LinkedHashSet<>(witnesses);
        batch.forEach(claim -> asked.add(claim.value().address()));
        Duration end = time.steady().plus(PROBE);
        Map<IpAddress, MacAddress> answering = links.probe(bridge, List.copyOf(asked), PROBE);
        if (Late.isLate(end, time.steady())) {
            LOG.warn("addresses of dead hosts kept, this process was held up while it asked pool={}", pool);
            return;
        }
        boolean heard = witnesses.isEmpty() || witnesses.stream().anyMatch(answering::containsKey);
        for (Versioned<Claim> claim : batch) {
            MacAddress mac = answering.get(claim.value().address());
            if (mac != null) {
                kept(claim.value(), mac);
            } else if (heard) {
                free(claim, dead);
            }
        }
        if (!heard) {
            LOG.warn(
                    "addresses of dead hosts kept, the LAN cannot be heard bridge={} pool={} silent={}",
                    bridge,
                    pool,
                    witnesses);
        }
    }

    /**
     * What should answer on the pool's LAN: its gateway and the other hosts that are alive. If none does, silence
     * proves nothing.
     */
    private List<IpAddress> witnesses(PoolName pool) {
        Set<IpAddress> own =
                links.addresses().stream().map(a -> a.address().address()).collect(Collectors.toSet());
        Stream<IpAddress> gateway = state.peek(Ref.pool(pool)).stream().flatMap(p -> p.value().gateway().stream());
        Stream<IpAddress> hosts = state.peekAll(Refs.hosts()).stream()
                .map(Versioned::value)
                .filter(h -> watch.isAlive(h.host()))
                .flatMap(h -> h.addresses().stream())
                .map(Cidr::address);
        return Stream.concat(gateway, hosts)
                .filter(address -> pool.subnet().contains(address) && !own.contains(address))
                .distinct()
                .limit(MOST_WITNESSES)
                .toList();
    }

    private synchronized boolean isDue(Ref<Claim> claim) {
        Answer answer = answers.get(claim);
        return answer == null || time.steady().minus(answer.at()).compareTo(AGAIN) >= 0;
    }

    private void free(Versioned<Claim> claim, Map<String, HostWatch.Absence> dead) {
        Claim c = claim.value();
        HostWatch.Absence absence = dead.get(c.owner().name());
        try {
            if (absence != null && state.attempt(d -> free(d, claim, absence))) {
                LOG.warn(
                        "address of a dead host freed, nothing answered for it address={} pool={} host={} dead_for={}",
                        c.address(),
                        c.pool(),
                        c.owner().name(),
                        time.steady().minus(absence.since()));
                synchronized (this) {
                    freed++;
                    answers.remove(Ref.of(c));
                }
            }
        } catch (PatchbayException e) {
            LOG.warn("address of a dead host not freed address={} reason=\"{}\"", c.address(), e.getMessage());
        }
    }

    private synchronized void kept(Claim claim, MacAddress mac) {
        Answer before = answers.put(Ref.of(claim), new Answer(claim.owner().name(), mac, time.steady()));
        if (before == null || !before.mac().equals(mac)) {
            LOG.warn(
                    "address of a dead host kept, something answers for it address={} pool={} host={} mac={}",
                    claim.address(),
                    claim.pool(),
                    claim.owner().name(),
                    mac);
        }
    }

    /**
     * The claim goes, and its endpoint with the last of its addresses, if the host has neither come back nor come and
     * gone.
     */
    private void free(Decision d, Versioned<Claim> claim, HostWatch.Absence absence) {
        Claim c = claim.value();
        d.expectAbsent(Ref.alive(c.owner().name()));
        d.expect(Ref.host(c.owner().name()), absence.record());
        d.expect(claim);
        ClaimEnd.end(d, c, time.now());
        c.endpoint()
                .flatMap(id -> d.peek(Ref.endpoint(c.owner().name(), id)))
                .filter(endpoint -> isLastOf(endpoint.value(), c))
                .ifPresent(endpoint -> {
                    d.expect(endpoint);
                    d.delete(endpoint.value());
                    MacClaims.of(d, endpoint.value()).ifPresent(mac -> {
                        d.expect(mac);
                        d.delete(mac.value());
                    });
                });
    }

    private boolean isLastOf(EndpointRecord endpoint, Claim claim) {
        return state.peekAll(Refs.claims()).stream()
                .map(Versioned::value)
                .filter(other -> !Ref.of(other).equals(Ref.of(claim)))
                .noneMatch(other -> other.isOf(endpoint.host())
                        && other.endpoint().filter(endpoint.id()::equals).isPresent());
    }

    /** How many addresses of a dead host are kept because something answers for them. */
    public synchronized long answering(String host) {
        // another host may have freed one since the last look
        return answers.entrySet().stream()
                .filter(e -> e.getValue().host().equals(host)
                        && state.peek(e.getKey()).isPresent())
                .count();
    }

    /** Addresses freed since start. */
    public synchronized long freed() {
        return freed;
    }
}
