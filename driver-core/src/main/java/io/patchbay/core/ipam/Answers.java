package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What this host has heard lately of the addresses of one pool: that somebody on the LAN has one, or that nobody
 * answered when it was asked for. Kept for some minutes, in this process alone.
 */
final class Answers {
    /** How long nobody counts as having an address that nobody answered for. */
    static final Duration FRESH = Duration.ofMinutes(5);

    /** How long somebody counts as having an address after the last answer. */
    static final Duration SILENCE = Duration.ofMinutes(5);

    private final TimeSource time;
    private final NavigableMap<IpAddress, Answer> all = new TreeMap<>();

    Answers(TimeSource time) {
        this.time = time;
    }

    /** When it was asked for last, whether nobody answered then, and who was heard last; the times are steady. */
    private record Answer(Optional<Duration> asked, boolean silent, Optional<Heard> heard) {
        static final Answer NONE = new Answer(Optional.empty(), false, Optional.empty());

        boolean isHeardAfter(Duration time) {
            return heard.isPresent() && heard.get().at().compareTo(time) > 0;
        }
    }

    private record Heard(MacAddress mac, Duration at) {}

    /** It was asked for, and nobody answered. */
    synchronized void silent(IpAddress address) {
        all.put(
                address,
                new Answer(Optional.of(time.steady()), true, of(address).heard()));
    }

    /** It was asked for, and what came of it says nothing. */
    synchronized void unclear(IpAddress address) {
        all.put(
                address,
                new Answer(Optional.of(time.steady()), false, of(address).heard()));
    }

    /** Somebody has said to have it, asked or not. */
    synchronized void heard(IpAddress address, MacAddress mac) {
        Duration now = time.steady();
        all.put(address, new Answer(Optional.of(now), false, Optional.of(new Heard(mac, now))));
    }

    /** One of ours has it from now on: that it was silent says nothing any more. */
    synchronized void claimed(IpAddress address) {
        Answer answer = all.get(address);
        if (answer != null) {
            Optional<Heard> heard = answer.heard();
            all.remove(address);
            heard.ifPresent(h -> all.put(address, new Answer(Optional.empty(), false, heard)));
        }
    }

    /** Nobody has listened since: all that was silent is to be asked for again. */
    synchronized void forgetSilent() {
        all.replaceAll(
                (address, answer) -> answer.silent() ? new Answer(Optional.empty(), false, answer.heard()) : answer);
    }

    /** Who has it, as far as was heard lately. */
    synchronized Optional<MacAddress> macOf(IpAddress address) {
        return of(address).heard().filter(h -> isYounger(h.at(), SILENCE)).map(Heard::mac);
    }

    /** Whether it was asked for lately, and nobody answered then nor in the minutes before. */
    synchronized boolean isSilent(IpAddress address) {
        Answer answer = of(address);
        return answer.silent()
                && answer.asked().filter(at -> isYounger(at, FRESH)).isPresent()
                && macOf(address).isEmpty();
    }

    /** Whether that is so of any address of the range. */
    synchronized boolean isAnySilent(AddressRange range) {
        return all.subMap(range.first(), true, range.last(), true).keySet().stream()
                .anyMatch(this::isSilent);
    }

    /** Whether it is remembered that somebody had it, now or a while ago. */
    synchronized boolean isRemembered(IpAddress address) {
        return of(address).heard().isPresent();
    }

    /** Whether it was not asked for within that time. */
    synchronized boolean isDue(IpAddress address, Duration age) {
        return of(address).asked().filter(at -> isYounger(at, age)).isEmpty();
    }

    /** Those that somebody has, ascending. */
    synchronized List<IpAddress> had() {
        Duration since = time.steady().minus(SILENCE);
        return all.entrySet().stream()
                .filter(e -> e.getValue().isHeardAfter(since))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Forgets what was heard of that station. */
    synchronized void forget(MacAddress mac) {
        all.values()
                .removeIf(answer ->
                        answer.heard().filter(h -> h.mac().equals(mac)).isPresent());
    }

    synchronized void forget(IpAddress address) {
        all.remove(address);
    }

    /** Forgets what is too old to mean anything, and those of whose end nobody has asked. */
    synchronized void prune() {
        all.values()
                .removeIf(answer ->
                        answer.asked().filter(at -> isYounger(at, FRESH)).isEmpty()
                                && answer.heard()
                                        .filter(h -> isYounger(h.at(), SILENCE.multipliedBy(2)))
                                        .isEmpty());
    }

    private Answer of(IpAddress address) {
        return all.getOrDefault(address, Answer.NONE);
    }

    private boolean isYounger(Duration at, Duration age) {
        return time.steady().minus(at).compareTo(age) < 0;
    }
}
