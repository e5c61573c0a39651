package io.patchbay.daemon.uplink;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A route or a rule as {@code ip} shows it in one line with all details, and takes it again: so no attribute of it
 * needs to be known here.
 *
 * @param object {@code route} or {@code rule}
 */
record KernelLine(String object, boolean v6, List<String> words) {
    /** What is shown of a route's state and is no attribute. */
    private static final Set<String> STATE = Set.of(
            "dead",
            "linkdown",
            "pervasive",
            "offload",
            "rt_offload",
            "offload_failed",
            "rt_offload_failed",
            "trap",
            "rt_trap",
            "notify",
            "unresolved",
            "\\");

    private static final List<String> LINKS = List.of("dev", "iif", "oif");

    KernelLine {
        words = List.copyOf(words);
    }

    /** Reads a line of {@code ip -oneline -details route show}. */
    static KernelLine route(boolean v6, String line) {
        List<String> words = new ArrayList<>();
        for (String word : line.replace("\\", " ").strip().split("\\s+", -1)) {
            String before = words.isEmpty() ? "" : words.get(words.size() - 1);
            // it is always locked, and shown so, but not taken so
            boolean isShownOnly = STATE.contains(word) || (word.equals("lock") && before.equals("rto_min"));
            if (!isShownOnly) {
                words.add(before.equals("expires") ? word.replaceAll("\\D", "") : word);
            }
        }
        return new KernelLine("route", v6, words);
    }

    /** Reads a line of {@code ip -details rule}. */
    static KernelLine rule(boolean v6, String line) {
        List<String> words = new ArrayList<>(List.of("pref"));
        words.addAll(Arrays.asList(line.replaceAll("\\[(detached|unresolved)\\]", "")
                .replace("proto unspec", "")
                .replaceFirst(":", " ")
                .strip()
                .split("\\s+", -1)));
        return new KernelLine("rule", v6, words);
    }

    /** The word behind {@code name}. */
    Optional<String> value(String name) {
        int at = words.indexOf(name);
        return at < 0 || at + 1 == words.size() ? Optional.empty() : Optional.of(words.get(at + 1));
    }

    /** Whether it goes by that link, or asks for it. */
    boolean names(String link) {
        for (int i = 0; i + 1 < words.size(); i++) {
            if (LINKS.contains(words.get(i)) && words.get(i + 1).equals(link)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it ends when one of these addresses is taken away. */
    boolean comesFrom(Collection<NicAddress> addresses) {
        return value("src")
                .filter(src -> addresses.stream().anyMatch(a -> a.local().equals(IpAddress.parse(src))))
                .isPresent();
    }

    /** Whether the next hop is on the link itself. */
    boolean isDirect() {
        return !words.contains("via");
    }

    /** A default route's next hops. */
    List<IpAddress> gateways() {
        List<IpAddress> hops = new ArrayList<>();
        for (int i = 0; words.contains("default") && i + 1 < words.size(); i++) {
            String hop = words.get(i + 1).equals("inet6") && i + 2 < words.size() ? words.get(i + 2) : words.get(i + 1);
            if (words.get(i).equals("via")) {
                hops.add(IpAddress.parse(hop));
            }
        }
        return hops;
    }

    /** Whether the kernel has made it by itself and will again, for one of these addresses or for the link. */
    boolean isKernels(Collection<NicAddress> addresses) {
        if (!value("proto").filter("kernel"::equals).isPresent() || !isDirect()) {
            return false;
        }
        if (value("table").filter("local"::equals).isPresent()) {
            return true;
        }
        String to = words.size() > 1 ? words.get(1) : "";
        if (to.equals("default") || to.startsWith("ff00:")) {
            return to.startsWith("ff00:");
        }
        Subnet destination = to.indexOf('/') < 0 ? IpAddress.parse(to).alone() : Subnet.parse(to);
        long metric = Long.parseLong(value("metric").orElse("0"));
        return addresses.stream().anyMatch(address -> address.brings(destination, metric));
    }

    /** The line that does {@code verb}, with {@code to} in place of {@code from}. */
    String line(String verb, String from, String to) {
        List<String> said = new ArrayList<>();
        for (String word : words) {
            String before = said.isEmpty() ? "" : said.get(said.size() - 1);
            if (LINKS.contains(before) && word.equals(from)) {
                said.add(to);
            } else {
                said.add(v6 && word.equals("default") && object.equals("route") ? "::/0" : word);
            }
        }
        return (v6 && object.equals("rule") ? "-6 " : "") + object + " " + verb + " " + String.join(" ", said);
    }

    /**
     * The line that makes it. Of routes to one destination the kernel takes a second one only where it is told that it
     * comes behind; two routers that both advertise themselves are such.
     */
    String making(String from, String to) {
        return line(object.equals("route") ? "append" : "add", from, to);
    }

    /** As a person reads it, with {@code to} in place of {@code from}. */
    String text(String from, String to) {
        return line("", from, to)
                .replaceFirst("^(-6 )?(route|rule)  (unicast )?", "$2 ")
                .replaceAll(" (table main|proto boot|scope global|pref medium)(?= |$)", "");
    }
}
