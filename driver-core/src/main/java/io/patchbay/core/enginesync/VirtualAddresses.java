package io.patchbay.core.enginesync;

import io.patchbay.core.engine.Engine;
import io.patchbay.core.engine.EngineService;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds services whose virtual address nobody answers to: swarm allocates one in each network of global scope, and
 * dockerd makes the load balancer behind it only for its own overlay driver. Logs each once, and keeps what it found
 * for {@code doctor} and the metrics.
 */
final class VirtualAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(VirtualAddresses.class);

    private final State state;
    private final Engine engine;
    private final Set<String> told = new HashSet<>();
    private volatile List<EngineService> unanswered = List.of();
    private volatile @Nullable String trouble;

    VirtualAddresses(State state, Engine engine) {
        this.state = state;
        this.engine = engine;
    }

    /**
     * Asks a manager's engine for its services, if a network of ours is of global scope. An engine that cannot tell
     * them is a finding and no failure: it may be that a swarm without a leader, or a filter in front of the socket,
     * refuses nothing else.
     *
     * @return whether it is such a manager, so that a service may come at any moment
     */
    boolean look() {
        if (state.peekAll(Refs.networksOfSwarm()).isEmpty()) {
            found(List.of());
            return false;
        }
        Optional<List<EngineService>> services;
        try {
            services = engine.services();
        } catch (PatchbayException e) {
            failed(String.valueOf(e.getMessage()));
            return false;
        }
        found(services.orElse(List.of()).stream().filter(this::isUnanswered).toList());
        return services.isPresent();
    }

    private boolean isUnanswered(EngineService service) {
        return service.isVirtual()
                && service.networks().stream()
                        .anyMatch(network ->
                                state.peek(Ref.networkOfSwarm(network)).isPresent());
    }

    private void found(List<EngineService> services) {
        trouble = null;
        unanswered = services;
        told.retainAll(services.stream().map(EngineService::id).toList());
        for (EngineService service : services) {
            if (told.add(service.id())) {
                LOG.warn("{} id={} remedy=\"{}\"", message(service), service.id(), remedy(service));
            }
        }
    }

    private void failed(String reason) {
        if (!reason.equals(trouble)) {
            LOG.warn("the swarm's services cannot be looked at reason=\"{}\"", reason);
        }
        trouble = reason;
    }

    private static String message(EngineService service) {
        return "service " + service.name()
                + " is in VIP mode on a network of scope global, where nobody answers to its virtual address";
    }

    private static String remedy(EngineService service) {
        return "docker service update --endpoint-mode dnsrr " + service.name() + ", or use tasks." + service.name()
                + " as name";
    }

    /** One for each such service, and one when the engine does not tell them. */
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (EngineService service : unanswered) {
            findings.add(new Finding("service-vip", Severity.FAIL, service.name(), message(service), remedy(service)));
        }
        String reason = trouble;
        if (reason != null) {
            findings.add(new Finding(
                    "service-vip",
                    Severity.WARN,
                    engine.description(),
                    "whether services have virtual addresses that nobody answers to is not known: " + reason,
                    "let the engine answer GET /services; until then create services with --endpoint-mode dnsrr"));
        }
        return findings;
    }

    /** Their names. */
    List<String> services() {
        return unanswered.stream().map(EngineService::name).toList();
    }
}
