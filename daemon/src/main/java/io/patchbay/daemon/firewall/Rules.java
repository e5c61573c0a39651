package io.patchbay.daemon.firewall;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What the rules of a chain do to frames that a bridge passes from one of its ports to another, read from what
 * {@code iptables -S CHAIN} prints. A rule that also looks at something else (a protocol, a state) decides nothing
 * here.
 *
 * @param lines of the chain, in their order
 */
record Rules(String chain, List<String> lines) {
    private static final Set<String> OTHER_WORDS = Set.of("-m", "physdev", "--physdev-is-bridged");
    private static final Set<String> REFUSALS = Set.of("DROP", "REJECT");

    /** The first rule that decides about all of them, and how. */
    record Verdict(boolean accepted, String chain) {}

    /**
     * The verdict of this chain and of those it jumps to for all frames; empty where none of their rules decides.
     *
     * @param others reads a chain by its name; empty lines for one that is not there
     */
    Optional<Verdict> verdict(String bridge, Function<String, Rules> others) {
        for (String line : lines) {
            String target = target(line, bridge).orElse("");
            if (target.equals("RETURN")) {
                return Optional.empty();
            }
            Optional<Verdict> verdict = verdict(target, bridge, others);
            if (verdict.isPresent()) {
                return verdict;
            }
        }
        return Optional.empty();
    }

    private Optional<Verdict> verdict(String target, String bridge, Function<String, Rules> others) {
        if (target.equals("ACCEPT") || REFUSALS.contains(target)) {
            return Optional.of(new Verdict(target.equals("ACCEPT"), chain));
        }
        return target.isEmpty() ? Optional.empty() : others.apply(target).alone(bridge);
    }

    /** The verdict of this chain, wherever else its rules may jump to. */
    Optional<Verdict> alone(String bridge) {
        return verdict(bridge, name -> new Rules(name, List.of()));
    }

    /** Whether frames that no rule decides about are let through; false also for a chain without a policy. */
    boolean accepts() {
        return lines.contains("-P " + chain + " ACCEPT");
    }

    /** Where a rule sends everything that the bridge passes on; empty if it looks at something else as well. */
    private Optional<String> target(String line, String bridge) {
        List<String> words = List.of(line.split(" ", -1));
        int jump = words.indexOf("-j");
        if (words.size() < 4 || jump < 0 || !words.subList(0, 2).equals(List.of("-A", chain))) {
            return Optional.empty();
        }
        for (int i = 2; i < jump; i++) {
            String word = words.get(i);
            if (word.equals("-i") || word.equals("-o")) {
                i++;
                if (!words.get(i).equals(bridge)) {
                    return Optional.empty();
                }
            } else if (!OTHER_WORDS.contains(word)) {
                return Optional.empty();
            }
        }
        return Optional.of(words.get(jump + 1));
    }
}
