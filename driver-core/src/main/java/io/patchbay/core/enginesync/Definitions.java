package io.patchbay.core.enginesync;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.record.Definition;
import io.patchbay.core.record.Hindrance;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.NetworkPlan;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.time.TimeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The definitions in the store, and what of them this host does not have. Every step is one transaction and false when it met a conflict: look again then. */
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
        return state.definitions().get(Keys.definition(name));
    }

    List<Versioned<Definition>> all() {
        return state.definitions().list("definitions/");
    }

    /** Asks the store itself whether the definition is what this host takes it for: what is done to the engine cannot be undone by a conflict. */
    boolean isCurrent(String name, Optional<Versioned<Definition>> definition) {
        return state.commit(Transaction.builder()
                .ifRevision(
                        Keys.definition(name),
                        definition.map(Versioned::revision).orElse(0L))
                .build());
    }

    /** A person's network becomes the definition; {@code old} is the removed one of its name. */
    boolean define(NetworkPlan plan, Versioned<NetworkRecord> network, Optional<Versioned<Definition>> old) {
        Definition definition = fresh(plan, old);
        String key = Keys.definition(plan.name());
        boolean done = state.commit(tie(network, definition)
                .ifRevision(key, old.map(Versioned::revision).orElse(0L))
                .put(key, state.definitions().encode(definition))
                .build());
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
        String key = Keys.definition(plan.name());
        return state.commit(Transaction.builder()
                .ifRevision(key, old.map(Versioned::revision).orElse(0L))
                .put(key, state.definitions().encode(fresh(plan, old)))
                .build());
    }

    private Definition fresh(NetworkPlan plan, Optional<Versioned<Definition>> old) {
        return new Definition(
                plan.name(),
                String.format("%012x", random.nextLong() & 0xffff_ffff_ffffL),
                Definition.State.PRESENT,
                host,
                host,
                plan,
                time.now(),
                old.map(o -> o.value().unknown()).orElse(Map.of()));
    }

    /** The network of this host is the definition's from now on. */
    boolean join(Versioned<NetworkRecord> network, Versioned<Definition> definition) {
        return state.commit(tie(network, definition.value())
                .ifRevision(Keys.definition(definition.value().name()), definition.revision())
                .build());
    }

    private Transaction.Builder tie(Versioned<NetworkRecord> network, Definition definition) {
        String key = Keys.network(host, network.value().id());
        return Transaction.builder()
                .ifRevision(key, network.revision())
                .put(key, state.networks().encode(network.value().of(definition)));
    }

    /**
     * The network of this host ends by a person's hand: its definition too, in the same transaction, or a crash between the two would bring it back. While the store is
     * away that cannot be agreed, and is remembered for {@link #endRemembered}.
     */
    void endWith(NetworkRecord network, Transaction.Builder transaction) {
        if (network.name().isEmpty() || network.generation().isEmpty()) {
            return;
        }
        if (state.isAway()) {
            remember(network.name().get(), network.generation().get(), transaction);
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
            end(definition.get(), transaction);
        }
    }

    private void remember(String name, String generation, Transaction.Builder transaction) {
        String key = Keys.hindrance(host, name);
        Optional<Versioned<Hindrance>> known = state.hindrances().get(key);
        Hindrance removed = new Hindrance(
                name,
                host,
                Hindrance.Kind.REMOVED_HERE,
                Optional.of(generation),
                "network " + name + " was removed on host " + host
                        + " while the store could not be reached; it is removed on the others when it can",
                time.now(),
                unknown(known));
        transaction
                .ifRevision(key, known.map(Versioned::revision).orElse(0L))
                .put(key, state.hindrances().encode(removed));
    }

    /**
     * Ends the definition of a network that was removed here while the store was away, unless it was made anew since. False when there is nothing to be ended; else look again, whether
     * it was done or met a conflict.
     */
    boolean endRemembered(String name) {
        String key = Keys.hindrance(host, name);
        Optional<Versioned<Hindrance>> removed = state.hindrances().get(key);
        if (!isRemoval(removed)) {
            return false;
        }
        Transaction.Builder transaction =
                Transaction.builder().ifRevision(key, removed.get().revision()).delete(key);
        Optional<Versioned<Definition>> definition = find(name)
                .filter(d -> d.value().isPresent()
                        && removed.get()
                                .value()
                                .generation()
                                .equals(Optional.of(d.value().generation())));
        definition.ifPresent(d -> end(d, transaction));
        if (state.commit(transaction.build())) {
            LOG.info(
                    "a removal of the time without the store {} name={}",
                    definition.isPresent() ? "is every host's now" : "has nothing left to remove",
                    name);
        }
        return true;
    }

    private void end(Versioned<Definition> definition, Transaction.Builder transaction) {
        String key = Keys.definition(definition.value().name());
        transaction
                .ifRevision(key, definition.revision())
                .put(key, state.definitions().encode(definition.value().removedBy(host, time.now())));
    }

    /** Whether networks of that name are to go from all hosts. */
    boolean hasEnded(String name) {
        return find(name).filter(d -> !d.value().isPresent()).isPresent();
    }

    boolean remove(Versioned<Definition> definition) {
        Transaction.Builder transaction = Transaction.builder();
        end(definition, transaction);
        return state.commit(transaction.build());
    }

    /** A removed definition goes when no host has a network of it left; of a config-only network no host's records tell, so it stays. */
    void forgetIfDone(Versioned<Definition> definition) {
        Definition d = definition.value();
        boolean needed = d.isPresent()
                || d.plan().traits().configOnly()
                || state.networks().list("networks/").stream()
                        .map(Versioned::value)
                        .anyMatch(n -> n.generation().isPresent() && n.name().equals(Optional.of(d.name())));
        if (!needed) {
            String key = Keys.definition(d.name());
            state.commit(Transaction.builder()
                    .ifRevision(key, definition.revision())
                    .delete(key)
                    .build());
        }
    }

    /** Says why this host does not have the network as it is defined; the same again writes nothing. */
    void hinder(String name, Hindrance.Kind kind, String reason) {
        String key = Keys.hindrance(host, name);
        Optional<Versioned<Hindrance>> known = state.hindrances().get(key);
        boolean said = known.isPresent()
                && known.get().value().kind() == kind
                && known.get().value().reason().equals(reason);
        if (said || isRemoval(known)) {
            return;
        }
        LOG.warn("network not as defined name={} kind={} reason=\"{}\"", name, kind, reason);
        Hindrance hindrance = new Hindrance(name, host, kind, Optional.empty(), reason, time.now(), unknown(known));
        state.commit(Transaction.builder()
                .ifRevision(key, known.map(Versioned::revision).orElse(0L))
                .put(key, state.hindrances().encode(hindrance))
                .build());
    }

    private static Map<String, JsonNode> unknown(Optional<Versioned<Hindrance>> known) {
        return known.map(h -> h.value().unknown()).orElse(Map.of());
    }

    /** One that came in the middle of a round; only {@link #endRemembered} may end it. */
    private static boolean isRemoval(Optional<Versioned<Hindrance>> known) {
        return known.filter(h -> h.value().kind() == Hindrance.Kind.REMOVED_HERE)
                .isPresent();
    }

    /** Some host that still has a network of that name although its definition has ended. */
    Optional<Hindrance> hindrance(String name) {
        return state.hindrances().list("hindrances/").stream()
                .map(Versioned::value)
                .filter(h -> h.name().equals(name) && h.kind() == Hindrance.Kind.IN_USE)
                .findFirst();
    }

    void unhinder(String name) {
        String key = Keys.hindrance(host, name);
        state.hindrances().get(key).filter(h -> !isRemoval(Optional.of(h))).ifPresent(known -> {
            boolean done = state.commit(Transaction.builder()
                    .ifRevision(key, known.revision())
                    .delete(key)
                    .build());
            if (done) {
                LOG.info("network as defined again name={}", name);
            }
        });
    }
}
