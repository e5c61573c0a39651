package io.patchbay.e2e.chaos;

import io.patchbay.e2e.lab.Squatter;
import io.patchbay.e2e.lab.Switch;
import java.time.LocalTime;
import java.time.temporal.ChronoField;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who answers for which address at the switch. The {@link Asker} asks once a second and everybody answers within
 * milliseconds, so two answers from two ports within {@value #TOGETHER_MICROS} microseconds are two machines with one
 * address: an address that moves to another host is silent for longer. Two hosts that gave out one address gave it one
 * MAC, so ports are what counts. A squatter is none of ours.
 */
final class Stations {
    private static final long TOGETHER_MICROS = 300_000;

    private final Story story;
    private final Map<String, Answer> last = new HashMap<>();
    private long answers;
    private @Nullable String doubled;

    private record Answer(String port, String mac, long micros) {}

    Stations(Story story) {
        this.story = story;
    }

    synchronized void answered(Switch.Said said) {
        if (said.mac().equals(Squatter.MAC)) {
            return;
        }
        answers++;
        Answer now = new Answer(said.port(), said.mac(), micros(said.line()));
        Answer before = last.put(said.address(), now);
        if (before != null
                && !before.port.equals(now.port)
                && now.micros - before.micros < TOGETHER_MICROS
                && doubled == null) {
            doubled = said.address() + " is answered for by " + before.mac + " at port " + before.port + " and by "
                    + now.mac + " at port " + now.port + " within " + (now.micros - before.micros) / 1000 + " ms";
            story.add(doubled);
        }
    }

    /** As in {@code 14:02:07.123456 p2 In ...}. */
    private static long micros(String line) {
        return LocalTime.parse(line.substring(0, line.indexOf(' '))).getLong(ChronoField.MICRO_OF_DAY);
    }

    /** How many answers were heard. */
    synchronized long answers() {
        return answers;
    }

    /** The first address that two machines answered for at once. */
    synchronized Optional<String> doubled() {
        return Optional.ofNullable(doubled);
    }
}
