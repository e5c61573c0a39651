package io.patchbay.daemon.uplink;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * What is to be done, in this order, with what undoes it: made of a picture alone, so that a person can see it before.
 *
 * @param from the link that carries the host's addresses before
 * @param to the link that carries them afterwards
 * @param finish lines for when it is to stay, after which there is no way back
 */
record Plan(String from, String to, List<Step> steps, List<String> finish) {
    Plan {
        steps = List.copyOf(steps);
        finish = List.copyOf(finish);
    }

    /** The same with more steps behind the others. */
    Plan then(List<Step> more) {
        List<Step> all = new ArrayList<>(steps);
        all.addAll(more);
        return new Plan(from, to, all, finish);
    }

    /** Makes a bridge with this link as a port, and has it carry what the link carries. */
    static Plan take(Picture of, String bridge) {
        Nic nic = of.nic();
        List<Step> steps = new ArrayList<>();
        List<String> made = new ArrayList<>(List.of("link add name " + bridge + " address " + nic.mac() + " mtu "
                + nic.mtu() + " type bridge stp_state 0 forward_delay 0"));
        if (!nic.addressing().isEmpty()) {
            // it is to have the addresses that it is given, not one more for which it would wait
            made.add("link set dev " + bridge + " addrgenmode none");
        }
        steps.add(new Step(
                "make bridge " + bridge + " with the MAC of " + nic.name() + ", " + nic.mac() + ", MTU " + nic.mtu()
                        + ", without STP and forward delay",
                made,
                List.of("link del dev " + bridge)));
        new TreeMap<>(of.settings())
                .forEach((file, value) -> steps.add(new Step(
                        "set " + String.format(file, bridge) + " to " + value + " as " + nic.name() + " has it",
                        List.of("write " + String.format(file, bridge) + " " + value),
                        List.of())));
        steps.add(new Step("set " + bridge + " up", List.of("link set dev " + bridge + " up"), List.of()));
        steps.add(new Step(
                "make " + nic.name() + " a port of " + bridge,
                List.of("link set dev " + nic.name() + " master " + bridge),
                List.of("link set dev " + nic.name() + " nomaster")));
        move(steps, of, bridge, nic.addressing().equals("eui64") ? "eui64" : "");
        return new Plan(nic.name(), bridge, steps, List.of());
    }

    /**
     * Has {@code nic} carry what its bridge carries, and takes it out; the bridge goes in the end.
     *
     * @param addressing how the kernel made the NIC's IPv6 addresses before
     */
    static Plan release(Picture of, String nic, String addressing) {
        String bridge = of.nic().name();
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(
                "take " + nic + " out of " + bridge,
                List.of("link set dev " + nic + " nomaster"),
                List.of("link set dev " + nic + " master " + bridge)));
        move(steps, of, nic, addressing.equals("none") ? "" : addressing);
        return new Plan(bridge, nic, steps, List.of("link del dev " + bridge));
    }

    /**
     * What was last is taken first and given last, so that undoing a part gives the same order: the kernel orders IPv4
     * addresses by age, IPv6 addresses the other way round.
     */
    private static void move(List<Step> steps, Picture of, String to, String addressing) {
        String from = of.nic().name();
        if (!of.nic().addressing().isEmpty() && !of.nic().addressing().equals("none")) {
            steps.add(new Step(
                    "keep the kernel from giving " + from + " an IPv6 address",
                    List.of("link set dev " + from + " addrgenmode none"),
                    List.of("link set dev " + from + " addrgenmode " + of.nic().addressing())));
        }
        List<KernelLine> lines = new ArrayList<>(of.routes());
        // a gateway is taken only where there is a route to it
        lines.sort(Comparator.comparing(route -> !route.isDirect()));
        lines.addAll(of.rules());
        List<NicAddress> addresses =
                new ArrayList<>(of.addresses().stream().filter(a -> !a.isV6()).toList());
        addresses.addAll(
                reversed(of.addresses().stream().filter(NicAddress::isV6).toList()));
        List<Step> taking = new ArrayList<>();
        addresses.forEach(
                a -> taking.add(new Step("take from " + from + " " + a, List.of(a.removing(from)), a.adding(from))));
        // the kernel drops them with the last address, those that were set by hand too
        of.neighbours()
                .forEach(n -> taking.add(neighbour("take from " + from, n, from).inverse()));
        lines.forEach(
                line -> taking.add(line("take from " + from, line, from, from).inverse()));
        steps.addAll(reversed(taking));
        addresses.forEach(a -> steps.add(new Step("give " + to + " " + a, a.adding(to), List.of(a.removing(to)))));
        of.neighbours().forEach(n -> steps.add(neighbour("give " + to, n, to)));
        lines.forEach(line -> steps.add(line("give " + to, line, from, to)));
        if (!addressing.isEmpty()) {
            steps.add(new Step(
                    "have the kernel give " + to + " IPv6 addresses as " + from + " had it",
                    List.of("link set dev " + to + " addrgenmode " + addressing),
                    List.of("link set dev " + to + " addrgenmode none")));
        }
    }

    private static Step neighbour(String what, String neighbour, String on) {
        return new Step(
                what + " neighbour " + neighbour,
                List.of("neighbour replace " + neighbour + " nud permanent dev " + on),
                List.of("neighbour del " + neighbour + " dev " + on));
    }

    private static Step line(String what, KernelLine line, String from, String to) {
        return new Step(
                what + " " + line.text(from, to), List.of(line.making(from, to)), List.of(line.line("del", from, to)));
    }

    private static <T> List<T> reversed(List<T> list) {
        List<T> copy = new ArrayList<>(list);
        Collections.reverse(copy);
        return copy;
    }
}
