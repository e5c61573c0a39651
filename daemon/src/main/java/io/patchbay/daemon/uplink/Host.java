package io.patchbay.daemon.uplink;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** What this host and this process are, as the kernel's files tell; {@code root} is before all of them. */
record Host(Path root) {
    private static final int NET_ADMIN = 12;
    private static final Set<String> CLIENTS = Set.of("dhclient", "dhcpcd", "udhcpc", "dhcp6c");

    static Host here() {
        return new Host(Path.of("/"));
    }

    private String text(String file) {
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

    /** Clients that run for this link, by name and number. */
    List<String> dhcpClients(String link) {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(root.resolve("proc"), "[0-9]*")) {
            for (Path process : processes) {
                String name = text("proc/" + process.getFileName() + "/comm");
                if (CLIENTS.contains(name)
                        && Arrays.asList(text("proc/" + process.getFileName() + "/cmdline")
                                        .split("\0", -1))
                                .contains(link)) {
                    found.add(name + " (process " + process.getFileName() + ")");
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return found;
    }

    /** Programs that configure this link and may take back what they have not done. */
    List<String> managers(Nic nic) {
        List<String> found = new ArrayList<>();
        String networkd = text("run/systemd/netif/links/" + nic.index());
        if (networkd.contains("ADMIN_STATE=config")) {
            found.add("systemd-networkd");
        }
        if (text("run/NetworkManager/devices/" + nic.index()).contains("managed=true")) {
            found.add("NetworkManager");
        }
        return found.stream()
                .map(manager -> manager + " manages " + nic.name()
                        + " and may take this back: write the bridge into its configuration before it is restarted")
                .toList();
    }
}
