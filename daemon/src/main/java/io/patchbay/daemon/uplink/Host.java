package io.patchbay.daemon.uplink;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What this host and this process are, as the kernel's files tell; {@code root} is before all of them. */
record Host(Path root) {
    private static final int NET_ADMIN = 12;
    private static final Set<String> CLIENTS = Set.of("dhclient", "dhcpcd", "udhcpc", "dhcp6c", "connmand");

    static Host here() {
        return new Host(Path.of("/"));
    }

    /** Empty where there is none. */
    String text(String file) {
        try {
            return Files.readString(root.resolve(file)).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Another one after each boot, and in each network namespace: what was done before or there is not here. */
    String place() {
        String namespace;
        try {
            namespace = Files.readSymbolicLink(root.resolve("proc/self/ns/net")).toString();
        } catch (IOException e) {
            namespace = "";
        }
        return text("proc/sys/kernel/random/boot_id") + " " + namespace;
    }

    /** Seconds since the boot, which no change of the clock moves. */
    double uptime() {
        return Double.parseDouble(text("proc/uptime").split(" ", -1)[0]);
    }

    /** When a process began, in the kernel's own count, so that it is told from a later one of its number; empty when
     * it has ended. */
    String began(long process) {
        String stat = text("proc/" + process + "/stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return fields.length < 20 || "ZX".contains(fields[0]) ? "" : fields[19];
    }

    /** Why this process may not do it; empty when it may. */
    List<String> lackingRights() {
        long capabilities = text("proc/self/status")
                .lines()
                .filter(line -> line.startsWith("CapEff:"))
                .mapToLong(line -> Long.parseUnsignedLong(
                        line.substring("CapEff:".length()).strip(), 16))
                .findFirst()
                .orElse(-1);
        return (capabilities >> NET_ADMIN & 1) == 1
                ? List.of()
                : List.of("this process may not change links (it lacks CAP_NET_ADMIN): run it as root, on the host and"
                        + " not in a container");
    }

    boolean isWireless(String link) {
        Path folder = root.resolve("sys/class/net").resolve(link);
        return Files.exists(folder.resolve("phy80211")) || Files.exists(folder.resolve("wireless"));
    }

    boolean canSet() {
        return Files.isWritable(root.resolve("proc/sys/net/ipv4/conf/default/forwarding"));
    }

    /**
     * Who renews a lease of this NIC, by name and number: clients that run for it or for all links, and managers. A
     * dhclient that ifupdown has not begun is another one.
     */
    List<String> leaseKeepers(Nic nic) {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(root.resolve("proc"), "[0-9]*")) {
            for (Path process : processes) {
                String name = text("proc/" + process.getFileName() + "/comm");
                List<String> words = List.of(
                        text("proc/" + process.getFileName() + "/cmdline").split("[\0 ]", -1));
                if (CLIENTS.contains(name) && isFor(nic.name(), words)) {
                    boolean other = name.equals("dhclient")
                            && words.stream().noneMatch(word -> word.endsWith("run/dhclient." + nic.name() + ".pid"));
                    found.add((other ? "another " : "") + name + " (process " + process.getFileName() + ")");
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        if (!text("run/systemd/netif/leases/" + nic.index()).isEmpty()) {
            found.add("systemd-networkd (its own client)");
        }
        if (isNetworkManagers(nic)) {
            found.add("NetworkManager (its own client)");
        }
        return found;
    }

    /** One that is told no link, as dhcpcd mostly, has them all. */
    private boolean isFor(String link, List<String> words) {
        return words.contains(link)
                || words.stream()
                        .noneMatch(word -> word.matches("[^/\\s]+")
                                && Files.exists(root.resolve("sys/class/net").resolve(word)));
    }

    private boolean isNetworkManagers(Nic nic) {
        return text("run/NetworkManager/devices/" + nic.index()).contains("managed=true");
    }

    /** Programs that configure this link and may take back what they have not done. */
    List<String> managers(Nic nic) {
        List<String> found = new ArrayList<>();
        String networkd = text("run/systemd/netif/links/" + nic.index());
        if (networkd.contains("ADMIN_STATE=config")) {
            found.add("systemd-networkd");
        }
        if (isNetworkManagers(nic)) {
            found.add("NetworkManager");
        }
        return found.stream()
                .map(manager -> manager + " manages " + nic.name()
                        + " and may take this back: write the bridge into its configuration before it is restarted")
                .toList();
    }
}
