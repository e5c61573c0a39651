package io.patchbay.core.enginesync;

import io.patchbay.core.engine.Engine;
import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Definition;
import io.patchbay.core.record.NetworkPlan;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.ReplicationBlocker;
import io.patchbay.core.repair.GraceTracker;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this host's engine have the networks that are defined, and the definitions have what people make here. It looks
 * at what is, name by name, and takes one step towards what shall be; nothing is remembered from one round to the next
 * but pauses, and since when a removed definition is needed by nobody, so a round may be cut off anywhere.
 */
final class Replicator {
    private static final Logger LOG = LoggerFactory.getLogger(Replicator.class);

    /** Networks made or removed in a round; the rest has its turn in the next. */
    private static final int CHANGES = 10;

    private static final Duration SOON = Duration.ofMillis(100);

    /** Longer than an engine takes to make a network. */
    private static final Duration KEPT = Duration.ofMinutes(1);

    private final State state;
    private final String host;
    private final String driverName;
    private final Engine engine;
    private final Definitions definitions;
    private final Backoff backoff;
    private final GraceTracker tracker;
    private GraceTracker.Round round;
    private int changes;

    Replicator(State state, String host, String driverName, Engine engine, Definitions definitions, TimeSource time) {
        this.state = state;
        this.host = host;
        this.driverName = driverName;
        this.engine = engine;
        this.definitions = definitions;
        this.backoff = new Backoff(time);
        this.tracker = new GraceTracker(time);
        this.round = tracker.round();
    }

    /** A network of this engine that is ours: dockerd told us of it, or we made it from a config-only definition. */
    private record Local(EngineNetwork network, Optional<Versioned<NetworkRecord>> record) {
        /** Of the definition it belongs to; a person's network has none at first. */
        Optional<String> generation() {
            return record.flatMap(r -> r.value().generation())
                    .or(() -> Optional.ofNullable(network.plan().labels().get(SharedPlan.LABEL)));
        }

        boolean isTiedTo(Definition definition) {
            return record.isEmpty() || record.get().value().generation().equals(Optional.of(definition.generation()));
        }
    }

    private enum Outcome {
        SETTLED,
        AGAIN,
        WAITING
    }

    /** Something of this network has changed that may let a step succeed. */
    void retry(String name) {
        backoff.worked(name);
    }

    /** One round over all names; answers when the next is due, if before long. */
    Optional<Duration> run(List<EngineNetwork> listed) {
        Map<String, List<EngineNetwork>> byName = listed.stream().collect(Collectors.groupingBy(EngineNetwork::name));
        Set<String> names = new TreeSet<>();
        definitions.all().forEach(d -> names.add(d.value().name()));
        listed.stream().filter(n -> local(n).isPresent()).forEach(n -> names.add(n.name()));
        state.peekAll(Refs.blockersOf(host)).forEach(h -> names.add(h.value().name()));
        backoff.retainAll(names);
        changes = 0;
        round = tracker.round();
        boolean again = false;
        for (String name : names) {
            if (backoff.isDue(name)) {
                again |= step(name, byName.getOrDefault(name, List.of())) == Outcome.AGAIN;
            }
        }
        round.end();
        return again ? Optional.of(SOON) : backoff.next();
    }

    private Outcome step(String name, List<EngineNetwork> same) {
        Outcome outcome;
        try {
            outcome = look(name, same);
        } catch (RuntimeException e) {
            LOG.debug("step towards a definition failed name={}", name, e);
            backoff.failed(name);
            Chores.guarded("telling of network " + name, () -> tellPending(name, e));
            return Outcome.WAITING;
        }
        switch (outcome) {
            case SETTLED, AGAIN -> backoff.worked(name);
            case WAITING -> backoff.failed(name);
        }
        return outcome;
    }

    private void tellPending(String name, RuntimeException cause) {
        try {
            definitions.block(name, ReplicationBlocker.Kind.PENDING, String.valueOf(cause.getMessage()));
        } catch (PatchbayException e) {
            LOG.warn("network not as defined name={} reason=\"{}\"", name, cause.getMessage());
        }
    }

    private Optional<Local> local(EngineNetwork network) {
        if (!network.plan().isLocal() || network.plan().traits().ingress()) {
            return Optional.empty();
        }
        if (network.plan().traits().configOnly()) {
            return network.plan().labels().containsKey(SharedPlan.LABEL)
                    ? Optional.of(new Local(network, Optional.empty()))
                    : Optional.empty();
        }
        return state.peek(Ref.network(host, network.id())).map(record -> new Local(network, Optional.of(record)));
    }

    private Outcome look(String name, List<EngineNetwork> same) {
        if (definitions.isUnreadable(name)) {
            return Outcome.SETTLED;
        }
        if (definitions.endRemembered(name)) {
            return Outcome.AGAIN;
        }
        Optional<Versioned<Definition>> definition = definitions.find(name);
        Optional<Local> local =
                same.stream().map(this::local).flatMap(Optional::stream).findFirst();
        if (local.isEmpty()) {
            return definition.isPresent() && definition.get().value().isPresent()
                    ? make(definition.get(), same)
                    : nothing(name, definition);
        }
        if (local.get().generation().isEmpty()) {
            return madeByHand(local.get(), definition);
        }
        if (definition.isEmpty()) {
            return putBack(local.get());
        }
        return compare(local.get(), definition.get());
    }

    private Outcome nothing(String name, Optional<Versioned<Definition>> definition) {
        definitions.unhinder(name);
        definition.filter(this::isDone).ifPresent(definitions::forget);
        return Outcome.SETTLED;
    }

    /**
     * A removed definition goes when no host has had a network of it for a while: one that was just being made
     * elsewhere would look as if its definition had been lost.
     */
    private boolean isDone(Versioned<Definition> definition) {
        return !definitions.isNeeded(definition.value())
                && round.isOverdue("definition " + definition.value().generation(), KEPT);
    }

    private Outcome make(Versioned<Definition> definition, List<EngineNetwork> same) {
        Definition d = definition.value();
        if (!same.isEmpty()) {
            EngineNetwork other = same.get(0);
            boolean ours = other.plan().isLocal() && other.plan().driver().equals(driverName);
            return blocked(
                    d.name(),
                    ReplicationBlocker.Kind.NAME_TAKEN,
                    "host " + host + " has a network " + d.name() + " of driver "
                            + other.plan().driver() + " and scope "
                            + other.plan().scope()
                            + (ours ? " that the store does not know (" : " that is not Patchbay's (") + other.id()
                            + "), so the one defined on host " + d.host()
                            + " cannot be made; rename or remove one of them");
        }
        if (changes++ >= CHANGES || !definitions.isCurrent(d.name(), Optional.of(definition))) {
            return Outcome.AGAIN;
        }
        String id = engine.create(SharedPlan.here(d, driverName));
        LOG.info("network made as defined name={} network={} defined_on={}", d.name(), id, d.host());
        definitions.unhinder(d.name());
        Optional<Versioned<NetworkRecord>> record = state.peek(Ref.network(host, id));
        boolean tied = record.isEmpty() || definitions.join(record.get(), definition);
        return tied ? Outcome.SETTLED : Outcome.AGAIN;
    }

    private Outcome madeByHand(Local local, Optional<Versioned<Definition>> definition) {
        NetworkPlan plan = SharedPlan.of(local.network(), driverName);
        Optional<String> kept = SharedPlan.keptBecause(plan);
        boolean defined = definition.isPresent() && definition.get().value().isPresent();
        if (kept.isPresent()) {
            if (!defined) {
                definitions.unhinder(plan.name());
                return Outcome.SETTLED;
            }
            return blocked(
                    plan.name(),
                    ReplicationBlocker.Kind.NAME_TAKEN,
                    "network " + plan.name() + " of host " + host + " stays on its host because " + kept.get()
                            + ", so the one defined on host "
                            + definition.get().value().host() + " cannot be made");
        }
        Versioned<NetworkRecord> record = local.record().orElseThrow();
        if (!defined) {
            return definitions.define(plan, record, definition) ? Outcome.SETTLED : Outcome.AGAIN;
        }
        Definition d = definition.get().value();
        Optional<String> difference = SharedPlan.difference(plan, d.plan());
        if (difference.isPresent()) {
            return blocked(
                    plan.name(),
                    ReplicationBlocker.Kind.DIFFERS,
                    "network " + plan.name() + " of host " + host + " differs from the one defined on host " + d.host()
                            + ": " + difference.get() + "; remove one of them, or give it another name");
        }
        return joined(record, definition.get());
    }

    /**
     * A definition goes by being marked as removed, and that mark stays as long as a network of it does. One that is
     * merely absent was lost; the networks made of it say what it was.
     */
    private Outcome putBack(Local local) {
        NetworkPlan plan = SharedPlan.of(local.network(), driverName);
        if (!definitions.putBack(plan, local.generation().orElseThrow())) {
            return Outcome.AGAIN;
        }
        LOG.warn("definition is missing from the store, put back name={}", plan.name());
        return Outcome.SETTLED;
    }

    private Outcome joined(Versioned<NetworkRecord> record, Versioned<Definition> definition) {
        definitions.unhinder(definition.value().name());
        return definitions.join(record, definition) ? Outcome.SETTLED : Outcome.AGAIN;
    }

    /** Of a network that belongs to some generation of its name. */
    private Outcome compare(Local local, Versioned<Definition> definition) {
        Definition d = definition.value();
        boolean current = local.generation().equals(Optional.of(d.generation()));
        if (!d.isPresent()) {
            return remove(local, Optional.of(definition), "it was removed on host " + d.changedBy());
        }
        Optional<String> difference = SharedPlan.difference(SharedPlan.of(local.network(), driverName), d.plan());
        if (!current && difference.isPresent()) {
            return remove(
                    local,
                    Optional.of(definition),
                    "it was made anew on host " + d.host() + " with " + difference.get());
        }
        if (!local.isTiedTo(d)) {
            return joined(local.record().orElseThrow(), definition);
        }
        definitions.unhinder(d.name());
        return Outcome.SETTLED;
    }

    private Outcome remove(Local local, Optional<Versioned<Definition>> definition, String why) {
        EngineNetwork network = local.network();
        List<String> containers = engine.containersOf(network.id());
        if (!containers.isEmpty()) {
            return inUse(network, why, "container " + String.join(", ", containers));
        }
        if (changes++ >= CHANGES || !definitions.isCurrent(network.name(), definition)) {
            return Outcome.AGAIN;
        }
        try {
            engine.remove(network.id());
        } catch (PatchbayException e) {
            if (e.kind() == Kind.CONFLICT) {
                return inUse(network, why, "the engine says: " + e.getMessage());
            }
            throw e;
        }
        LOG.info("network removed name={} network={} because=\"{}\"", network.name(), network.id(), why);
        definitions.unhinder(network.name());
        return Outcome.AGAIN;
    }

    private Outcome inUse(EngineNetwork network, String why, String by) {
        definitions.block(
                network.name(),
                ReplicationBlocker.Kind.IN_USE,
                "network " + network.name() + " stays on host " + host + " although " + why + ", for it is still used: "
                        + by);
        return Outcome.WAITING;
    }

    private Outcome blocked(String name, ReplicationBlocker.Kind kind, String reason) {
        definitions.block(name, kind, reason);
        return Outcome.SETTLED;
    }
}
