package io.patchbay.core.inspect;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.conflict.Conflicts;
import io.patchbay.core.inspect.Inspection.EventView;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.HostAlive;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.Quarantined;
import io.patchbay.core.record.ShortId;
import io.patchbay.core.repair.Reconciler;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Table;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What has happened since this daemon started: on all hosts what the store tells, and of this one repairs and conflicts
 * too. The latest thousand are kept, in memory alone.
 */
public final class Events {
    private static final int KEPT = 1000;

    /** Room for a thousand events each millisecond, so that numbers grow across restarts of a daemon. */
    private static final long PER_MILLISECOND = 1000;

    private final State state;
    private final String host;
    private final TimeSource time;
    private final Deque<EventView> kept = new ArrayDeque<>();
    private long number;
    private volatile boolean begun;

    public Events(State state, String host, TimeSource time) {
        this.state = state;
        this.host = host;
        this.time = time;
    }

    /** Follows what there is; call it before the state is started. */
    public void follow(Reconciler reconciler, Conflicts conflicts) {
        follow(state.endpoints(), "container", EndpointRecord::host, this::subject, this::endpoint);
        follow(state.networks(), "network", NetworkRecord::host, Events::subject, Events::network);
        follow(state.alive(), "host", HostAlive::host, HostAlive::host, Events::alive);
        follow(
                state.quarantine(),
                "quarantine",
                Quarantined::host,
                q -> q.address().toString(),
                Events::quarantine);
        reconciler.listen((repair, subject) -> {
            add("repair", host, subject, repair.toLowerCase(Locale.ROOT).replace('_', ' ') + ", repaired");
        });
        conflicts.listen(conflict -> add(
                "conflict",
                conflict.claim().owner().name(),
                conflict.claim().address().toString(),
                "a station with MAC " + conflict.mac() + " speaks for it on " + conflict.bridge() + " of host "
                        + host));
    }

    /** What is there from the start is no event; call it when the state is started. */
    public synchronized void begin() {
        begun = true;
        number = time.now().toEpochMilli() * PER_MILLISECOND;
    }

    /** Those with a larger number, oldest first. */
    synchronized List<EventView> after(long last) {
        return kept.stream().filter(event -> event.number() > last).toList();
    }

    private synchronized void add(String kind, String ofHost, String subject, String message) {
        if (!begun) {
            return;
        }
        number++;
        kept.add(new EventView(number, time.now().toString(), kind, ofHost, subject, message));
        if (kept.size() > KEPT) {
            kept.remove();
        }
    }

    /** {@code told} says what a change was, or nothing when it is none of interest. */
    private <T> void follow(
            Table<T> table,
            String kind,
            Function<T, String> hostOf,
            Function<T, String> subjectOf,
            BiFunction<Optional<T>, Optional<T>, String> told) {
        table.follow((key, old, now) -> {
            if (!begun) {
                // all that there is comes first, and nobody wants sentences about it
                return;
            }
            Optional<T> before = Optional.ofNullable(old).map(Versioned::value);
            Optional<T> after = Optional.ofNullable(now).map(Versioned::value);
            String message = told.apply(before, after);
            if (!message.isEmpty()) {
                after.or(() -> before).ifPresent(one -> add(kind, hostOf.apply(one), subjectOf.apply(one), message));
            }
        });
    }

    private String subject(EndpointRecord endpoint) {
        return endpoint.container().orElseGet(() -> "endpoint " + ShortId.of(endpoint.id()));
    }

    private String endpoint(Optional<EndpointRecord> before, Optional<EndpointRecord> after) {
        Optional<EndpointRecord> joinedBefore = before.filter(Events::isJoined);
        Optional<EndpointRecord> joined = after.filter(Events::isJoined);
        if (joined.isPresent() && joinedBefore.isPresent()) {
            boolean named = joined.get().container().isPresent()
                    && joinedBefore.get().container().isEmpty();
            return named ? "is what endpoint " + ShortId.of(joined.get().id()) + " belongs to" : "";
        }
        return joined.map(e -> "joined network " + network(e) + " with " + addresses(e) + ", MAC " + e.mac())
                .or(() -> joinedBefore.map(e -> "left network " + network(e)))
                .orElse("");
    }

    private static boolean isJoined(EndpointRecord endpoint) {
        return endpoint.state() == EndpointRecord.State.JOINED;
    }

    private String network(EndpointRecord endpoint) {
        return NetworkNames.of(state, endpoint.host(), endpoint.network());
    }

    private static String addresses(EndpointRecord endpoint) {
        return endpoint.addresses().stream().map(Object::toString).collect(Collectors.joining(" and "));
    }

    private static String subject(NetworkRecord network) {
        return NetworkNames.of(network);
    }

    private static String network(Optional<NetworkRecord> before, Optional<NetworkRecord> after) {
        if (before.isPresent() && after.isPresent()) {
            boolean named = before.get().name().isEmpty() && after.get().name().isPresent();
            return named ? "is the name of network " + ShortId.of(after.get().id()) : "";
        }
        return after.map(network -> "made on bridge " + network.bridge()).orElse("removed");
    }

    private static String alive(Optional<HostAlive> before, Optional<HostAlive> after) {
        if (before.isPresent() && after.isPresent()) {
            return "";
        }
        return after.isPresent() ? "is alive" : "ended, or cannot reach the store";
    }

    private static String quarantine(Optional<Quarantined> before, Optional<Quarantined> after) {
        Optional<MacAddress> mac = after.map(Quarantined::mac);
        if (mac.isPresent() && mac.equals(before.map(Quarantined::mac))) {
            return "";
        }
        return mac.map(its -> "a station with MAC " + its + " has it, which is none of ours")
                .orElse("nothing answers for it any more");
    }
}
