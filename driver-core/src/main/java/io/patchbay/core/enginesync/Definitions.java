package io.patchbay.core.enginesync;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.record.Definition;
import io.patchbay.core.record.NetworkPlan;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.ReplicationBlocker;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The definitions in the store, and what of them this host does not have. Every step is one attempt at a decision and
 * false when it met a conflict: look again then.
 */
final class Definitions {
    private static final Logger LOG = LoggerFactory.getLogger(Definitions.class);

    private final State state;
    private final String host;
    private final TimeSource time;
    private final RandomGenerator random;

    Definitions(State state, String host, TimeSource time, RandomGenerator random) {
        this.state = state;
        this.host = host;
        this.time = time;
        this.random = random;
    }

    Optional<Versioned<Definition>> find(String name) {
        return state.peek(Ref.definition(name));
    }

    /** Whether what the store has of the name cannot be read: then nothing is known of what is to be. */
    boolean isUnreadable(String name) {
        return state.isUnreadable(Ref.definition(name)) || state.isUnreadable(Ref.blocker(host, name));
    }

    List<Versioned<Definition>> all() {
        return state.peekAll(Refs.definitions());
    }

    /**
     * Asks the store itself whether the definition is what this host takes it for: what is done to the engine cannot be
     * undone by a conflict.
     */
    boolean isCurrent(String name, Optional<Versioned<Definition>> definition) {
        return state.attempt(d -> {
            d.expect(Ref.definition(name), definition);
            d.confirm();
        });
    }

    /** A person's network becomes the definition; {@code old} is the removed one of its name. */
    boolean define(NetworkPlan plan, Versioned<NetworkRecord> network, Optional<Versioned<Definition>> old) {
        Definition definition = fresh(plan, old);
        boolean done = state.attempt(d -> {
            tie(d, network, definition);
            put(d, definition, old);
        });
        if (done) {
            LOG.info(
                    "network defined for all hosts name={} network={} generation={}",
                    plan.name(),
                    network.value().id(),
                    definition.generation());
        }
        return done;
    }

    /** A definition without a network of this host yet; the hosts make it, this one too. */
    boolean define(NetworkPlan plan, Optional<Versioned<Definition>> old) {
        return state.attempt(d -> put(d, fresh(plan, old), old));
    }

    private static void put(Decision d, Definition definition, Optional<Versioned<Definition>> old) {
        d.expect(Ref.definition(definition.name()), old);
        d.put(definition);
    }

    /** What the store has lost, as a network of that generation has it. */
    boolean putBack(NetworkPlan plan, String generation) {
        return state.attempt(d -> put(d, of(plan, generation, Map.of()), Optional.empty()));
    }

    private Definition fresh(NetworkPlan plan, Optional<Versioned<Definition>> old) {
        return of(
                plan,
                String.format("%012x", random.nextLong() & 0xffff_ffff_ffffL),
                old.map(o -> o.value().unknown()).orElse(Map.of()));
    }

    private Definition of(NetworkPlan plan, String generation, Map<String, JsonNode> unknown) {
        return new Definition(plan.name(), generation, Definition.State.PRESENT, host, host, plan, time.now(), unknown);
    }

    /** The network of this host is the definition's from now on. */
    boolean join(Versioned<NetworkRecord> network, Versioned<Definition> definition) {
        return state.attempt(d -> {
            tie(d, network, definition.value());
            d.expect(definition);
        });
    }

    private static void tie(Decision d, Versioned<NetworkRecord> network, Definition definition) {
        d.expect(network);
        d.put(network.value().of(definition));
    }

    /**
     * The network of this host ends by a person's hand: its definition too, in the same decision, or a crash between
     * the two would bring it back. While the store is away that cannot be agreed, and is remembered for
     * {@link #endRemembered}.
     */
    void endWith(NetworkRecord network, Decision d) {
        if (network.name().isEmpty() || network.generation().isEmpty()) {
            return;
        }
        if (d.isAlone()) {
            remember(d, network.name().get(), network.generation().get());
            return;
        }
        Optional<Versioned<Definition>> definition = find(network.name().get());
        if (definition.isPresent()
                && definition.get().value().isPresent()
                && definition
                        .get()
                        .value()
                        .generation()
                        .equals(network.generation().get())) {
            end(d, definition.get());
        }
    }

    private void remember(Decision d, String name, String generation) {
        Optional<ReplicationBlocker> known = d.read(Ref.blocker(host, name));
        d.put(new ReplicationBlocker(
                name,
                host,
                ReplicationBlocker.Kind.REMOVED_HERE,
                Optional.of(generation),
                "network " + name + " was removed on host " + host
                        + " while the store could not be reached; it is removed on the others when it can",
                time.now(),
                unknown(known)));
    }

    /**
     * Ends the definition of a network that was removed here while the store was away, unless it was made anew since.
     * False when there is nothing to be ended; else look again, whether it was done or met a conflict.
     */
    boolean endRemembered(String name) {
        Optional<Versioned<ReplicationBlocker>> removed = state.peek(Ref.blocker(host, name));
        if (!isRemoval(removed)) {
            return false;
        }
        Optional<Versioned<Definition>> definition = find(name)
                .filter(d -> d.value().isPresent()
                        && removed.get()
                                .value()
                                .generation()
                                .equals(Optional.of(d.value().generation())));
        boolean done = state.attempt(d -> {
            d.expect(removed.get());
            d.delete(removed.get().value());
            definition.ifPresent(ended -> end(d, ended));
        });
        if (done) {
            LOG.info(
                    "a removal of the time without the store {} name={}",
                    definition.isPresent() ? "is every host's now" : "has nothing left to remove",
                    name);
        }
        return true;
    }

    private void end(Decision d, Versioned<Definition> definition) {
        d.expect(definition);
        d.put(definition.value().removedBy(host, time.now()));
    }

    /** Whether networks of that name are to go from all hosts. */
    boolean hasEnded(String name) {
        return find(name).filter(d -> !d.value().isPresent()).isPresent();
    }

    boolean remove(Versioned<Definition> definition) {
        return state.attempt(d -> end(d, definition));
    }

    /**
     * Whether a definition says something yet: that there is such a network, or that those that hosts still have are to
     * go. Of a config-only network no host's records tell, so its removal stays.
     */
    boolean isNeeded(Definition definition) {
        return definition.isPresent()
                || definition.plan().traits().configOnly()
                || !state.unreadable(Refs.networks()).isEmpty()
                || state.peekAll(Refs.networks()).stream()
                        .map(Versioned::value)
                        .anyMatch(n -> n.generation().isPresent() && n.name().equals(Optional.of(definition.name())));
    }

    void forget(Versioned<Definition> definition) {
        boolean unused = state.attempt(d -> {
            d.expect(definition);
            // of a host's network this one may not have heard; none comes any more to what has been removed
            d.askAll(Refs.networks());
            if (isNeeded(definition.value())) {
                throw d.asConflict();
            }
            d.delete(definition.value());
        });
    }

    /** Says why this host does not have the network as it is defined; the same again writes nothing. */
    void block(String name, ReplicationBlocker.Kind kind, String reason) {
        Ref<ReplicationBlocker> ref = Ref.blocker(host, name);
        Optional<Versioned<ReplicationBlocker>> known = state.peek(ref);
        boolean said = known.isPresent()
                && known.get().value().kind() == kind
                && known.get().value().reason().equals(reason);
        if (said || isRemoval(known)) {
            return;
        }
        LOG.warn("network not as defined name={} kind={} reason=\"{}\"", name, kind, reason);
        ReplicationBlocker blocker = new ReplicationBlocker(
                name, host, kind, Optional.empty(), reason, time.now(), unknown(known.map(Versioned::value)));
        boolean unused = state.attempt(d -> {
            d.expect(ref, known);
            d.put(blocker);
        });
    }

    private static Map<String, JsonNode> unknown(Optional<ReplicationBlocker> known) {
        return known.map(ReplicationBlocker::unknown).orElse(Map.of());
    }

    /** One that came in the middle of a round; only {@link #endRemembered} may end it. */
    private static boolean isRemoval(Optional<Versioned<ReplicationBlocker>> known) {
        return known.filter(h -> h.value().kind() == ReplicationBlocker.Kind.REMOVED_HERE)
                .isPresent();
    }

    /** Some host that still has a network of that name although its definition has ended. */
    Optional<ReplicationBlocker> blocker(String name) {
        return state.peekAll(Refs.blockers()).stream()
                .map(Versioned::value)
                .filter(h -> h.name().equals(name) && h.kind() == ReplicationBlocker.Kind.IN_USE)
                .findFirst();
    }

    void unhinder(String name) {
        state.peek(Ref.blocker(host, name))
                .filter(h -> !isRemoval(Optional.of(h)))
                .ifPresent(known -> {
                    boolean done = state.attempt(d -> {
                        d.expect(known);
                        d.delete(known.value());
                    });
                    if (done) {
                        LOG.info("network as defined again name={}", name);
                    }
                });
    }
}
