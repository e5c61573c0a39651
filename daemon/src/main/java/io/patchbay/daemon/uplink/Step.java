package io.patchbay.daemon.uplink;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.link.LinkRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One step of a {@link Plan} with what undoes it. A line is what {@code ip -batch} takes, with {@code -6} before it
 * where the line itself does not tell the family, or {@code write FILE VALUE}.
 *
 * @param what what a person is told
 * @param undoes does no harm where the step was not done
 */
record Step(String what, List<String> does, List<String> undoes) {
    private static final Pattern LABEL = Pattern.compile(" label (\\S+)");

    Step {
        does = List.copyOf(does);
        undoes = List.copyOf(undoes);
    }

    /** The one that undoes this and is undone by it. */
    Step inverse() {
        return new Step(what, undoes, does);
    }

    /** What {@code ip -batch} would read as something else is an {@code INVALID}: half a line might be another one. */
    static void requireSayable(List<Step> steps) {
        for (Step step : steps) {
            for (String line :
                    Stream.concat(step.does().stream(), step.undoes().stream()).toList()) {
                if (line.matches(".*[#\"'\\\\\\p{Cntrl}].*")) {
                    throw new PatchbayException(
                            PatchbayException.Kind.INVALID,
                            "there is a name with a character in it that ip takes for something else: " + line);
                }
                Matcher label = LABEL.matcher(line);
                if (label.find() && label.group(1).length() > LinkRules.MAX_NAME_BYTES) {
                    throw new PatchbayException(
                            PatchbayException.Kind.INVALID,
                            "the label " + label.group(1) + " would be longer than the kernel takes, "
                                    + LinkRules.MAX_NAME_BYTES + " characters: give the bridge a shorter name");
                }
            }
        }
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
