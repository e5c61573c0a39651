package io.patchbay.core.record;

import java.util.Optional;
import java.util.function.Function;

/** Whose a claim is. It is stored with a host's name that stands for the swarm. */
public sealed interface Owner {

    /** From a claim's fields. */
    static Owner read(Fields f) {
        String name = f.text("host");
        String user = f.text("user");
        Optional<String> leader = f.optional("swarm");
        return isSwarm(name) ? new OfSwarm(user) : new OfHost(name, user, leader);
    }

    /** The {@link PoolUser} of a swarm's leader that gets the claim back from the host that has taken it over. */
    default Optional<String> leader() {
        return Optional.empty();
    }

    /** The {@link PoolUser} it was asked through. */
    String user();

    /** As operators read it, and as it is stored. */
    String name();

    /** What is to be said of one or the other. */
    <R> R map(Function<OfHost, R> host, Function<OfSwarm, R> swarm);

    /**
     * A host's; of a gateway or an aux address, which all hosts share, the one that asked first.
     *
     * @param leader the {@link PoolUser} through which a swarm's leader allocated it, when the host has taken it over
     *     for a task
     */
    record OfHost(String name, String user, Optional<String> leader) implements Owner {

        /** One that no swarm has to do with. */
        public OfHost(String name, String user) {
            this(name, user, Optional.empty());
        }

        @Override
        public <R> R map(Function<OfHost, R> host, Function<OfSwarm, R> swarm) {
            return host.apply(this);
        }
    }

    /** A swarm's, whichever node leads it: allocated, and taken over by no host. */
    record OfSwarm(String user) implements Owner {
        @Override
        public String name() {
            return Keys.SWARM;
        }

        @Override
        public <R> R map(Function<OfHost, R> host, Function<OfSwarm, R> swarm) {
            return swarm.apply(this);
        }
    }

    /** Whether the name stands for the swarm where that of a host is expected; no host has it. */
    static boolean isSwarm(String host) {
        return host.equals(Keys.SWARM);
    }
}
