package io.patchbay.daemon.uplink;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One step of a {@link Plan} with what undoes it. A line is what {@code ip -batch} takes, with {@code -6} before it
 * where the line itself does not tell the family, or {@code write FILE VALUE}.
 *
 * @param what what a person is told
 * @param undoes does no harm where the step was not done
 */
record Step(String what, List<String> does, List<String> undoes) {
    Step {
        does = List.copyOf(does);
        undoes = List.copyOf(undoes);
    }

    /** The one that undoes this and is undone by it. */
    Step inverse() {
        return new Step(what, undoes, does);
    }

    /** All lines that do. */
    static List<String> doing(List<Step> steps) {
        return steps.stream().flatMap(step -> step.does().stream()).toList();
    }

    /** All lines that undo, the last step's first. */
    static List<String> undoing(List<Step> steps) {
        List<Step> reversed = new ArrayList<>(steps);
        Collections.reverse(reversed);
        return reversed.stream().flatMap(step -> step.undoes().stream()).toList();
    }
}
