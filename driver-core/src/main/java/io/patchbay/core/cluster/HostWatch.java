package io.patchbay.core.cluster;

import io.patchbay.core.record.HostRecord;
import io.patchbay.core.record.Owner;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which hosts there are, and for how long this one has not seen the dead ones. All time is this process's own steady
 * clock; nothing is compared with what another host's clock said.
 */
public final class HostWatch {
    private final State state;
    private final TimeSource time;
    private final Map<String, Absence> absences = new HashMap<>();
    private final Set<String> seenAlive = new HashSet<>();

    /**
     * A host's absence, as seen from here.
     *
     * @param record of the host when it was first missed: a host that came and went again in between has another one,
     *     and is missed anew
     * @param since on the steady clock
     * @param witnessed it was seen alive before, so the time is the whole absence and not only what this process saw of
     *     it
     */
    public record Absence(Optional<Versioned<HostRecord>> record, Duration since, boolean witnessed) {}

    HostWatch(State state, TimeSource time) {
        this.state = state;
        this.time = time;
    }

    /** Looks who is there; the finer this is called, the finer the times. */
    synchronized void look() {
        Set<String> names = known();
        absences.keySet().retainAll(names);
        seenAlive.retainAll(names);
        for (String host : names) {
            if (isAlive(host)) {
                absences.remove(host);
                seenAlive.add(host);
                continue;
            }
            Optional<Versioned<HostRecord>> record = state.peek(Ref.host(host));
            Absence known = absences.get(host);
            if (known == null || !known.record().equals(record)) {
                absences.put(host, new Absence(record, time.steady(), seenAlive.contains(host)));
            }
        }
    }

    /** Every host that is registered, or has a network or a pool's use in the store. */
    public Set<String> known() {
        Set<String> names = new TreeSet<>();
        state.peekAll(Refs.hosts()).forEach(h -> names.add(h.value().host()));
        state.peekAll(Refs.alive()).forEach(h -> names.add(h.value().host()));
        state.unreadable(Refs.hosts()).forEach(h -> names.add(h.name()));
        state.unreadable(Refs.alive()).forEach(h -> names.add(h.name()));
        state.peekAll(Refs.networks()).forEach(n -> names.add(n.value().host()));
        state.peekAll(Refs.users()).forEach(u -> names.add(u.value().host()));
        // it is no host and never dead
        names.removeIf(Owner::isSwarm);
        return names;
    }

    public boolean isAlive(String host) {
        return state.isThere(Ref.alive(host));
    }

    /** Since when a host is missed; empty for one that is alive or not known. */
    synchronized Optional<Absence> absence(String host) {
        look();
        return Optional.ofNullable(absences.get(host));
    }

    /** How long a host is missed; empty for one that is alive or not known. */
    public Optional<Duration> missedFor(String host) {
        return absence(host).map(a -> time.steady().minus(a.since()));
    }

    /** The same for people: {@code 12m}, or {@code over 12m} when it was away already when this daemon started. */
    public Optional<String> missedText(String host) {
        return absence(host)
                .map(a ->
                        (a.witnessed() ? "" : "over ") + describe(time.steady().minus(a.since())));
    }

    /** A time for people, such as {@code 3h10m}. */
    public static String describe(Duration time) {
        if (time.toMinutes() < 1) {
            return time.toSeconds() + "s";
        }
        if (time.toHours() < 1) {
            return time.toMinutes() + "m";
        }
        return time.toDays() < 1
                ? time.toHours() + "h" + time.toMinutesPart() + "m"
                : time.toDays() + "d" + time.toHoursPart() + "h";
    }
}
