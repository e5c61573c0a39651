package io.patchbay.daemon.uplink.persist;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * NetworkManager's keyfiles. The card's profile stays as it is; one of the card as a port goes before it, and the
 * bridge's has its addresses.
 */
final class NetworkManager implements Manager {
    private static final String OURS = "/etc/NetworkManager/system-connections/";
    private static final List<String> FOLDERS = List.of(
            "/etc/NetworkManager/system-connections",
            "/run/NetworkManager/system-connections",
            "/usr/lib/NetworkManager/system-connections");
    private static final Set<String> MOVED = Set.of("ipv4", "ipv6", "proxy");
    private static final Set<String> OF_PORT = Set.of("ethernet", "802-3-ethernet", "802-1x");
    private static final Set<String> CONNECTION = Set.of(
            "id",
            "uuid",
            "type",
            "interface-name",
            "autoconnect",
            "autoconnect-priority",
            "timestamp",
            "permissions",
            "zone",
            "metered",
            "mdns",
            "llmnr",
            "dns-over-tls",
            "stable-id",
            "wait-device-timeout");
    private static final Set<String> CONNECTION_OF_BRIDGE =
            Set.of("zone", "metered", "mdns", "llmnr", "dns-over-tls", "stable-id");
    private static final int HIGHEST = 999;

    private final ConfigTree tree;

    NetworkManager(ConfigTree tree) {
        this.tree = tree;
    }

    @Override
    public String name() {
        return "NetworkManager";
    }

    @Override
    public Optional<Persistent> plan(Wanted wanted) {
        Reasons ignored = new Reasons();
        String state = tree.textOrNone("/run/NetworkManager/devices/" + wanted.index());
        Optional<String> uuid = IniFile.parse("", state, ignored).value("device", "connection-uuid");
        if (uuid.isEmpty() || !state.contains("managed=true")) {
            return Optional.empty();
        }
        for (String folder : FOLDERS) {
            for (String file : tree.list(folder, "*")) {
                boolean isIt = IniFile.parse(file, tree.textOrNone(file), ignored)
                        .value("connection", "uuid")
                        .equals(uuid);
                if (isIt) {
                    return file.contains("/netplan-") ? Optional.empty() : Optional.of(plan(wanted, file));
                }
            }
        }
        throw Reasons.refusal("NetworkManager has " + wanted.nic() + ", but its profile " + uuid.get()
                + " is in no file that it could be read in: make one with 'nmcli connection'");
    }

    private Persistent plan(Wanted wanted, String file) {
        Reasons reasons = new Reasons();
        if (wanted.lease()) {
            reasons.add("NetworkManager has a lease for " + wanted.nic() + ", which it cannot be made to take to the"
                    + " bridge: write the bridge yourself, as docs/install.md shows");
        }
        IniFile profile = IniFile.parse(file, tree.textOrNone(file), reasons);
        profile.sections().forEach(section -> check(file, section, reasons));
        int priority = Integer.parseInt(profile.value("connection", "autoconnect-priority")
                .filter(text -> text.matches("-?\\d{1,3}"))
                .orElse("0"));
        if (priority >= HIGHEST) {
            reasons.add(file + " has the highest autoconnect-priority there is, so nothing goes before it");
        }
        List<FileChange> files = List.of(
                new FileChange(
                        OURS + wanted.bridge() + ".nmconnection",
                        null,
                        bridge(wanted, profile).text(wanted.heading()),
                        FileChange.FOR_ROOT),
                new FileChange(
                        OURS + wanted.bridge() + "-" + wanted.nic() + ".nmconnection",
                        null,
                        port(wanted, profile, priority + 1).text(wanted.heading()),
                        FileChange.FOR_ROOT));
        files.stream()
                .filter(change -> tree.text(change.path()) != null)
                .forEach(change -> reasons.add(change.path() + " is there already"));
        reasons.refuse();
        return new Persistent(
                name(),
                files,
                List.of(),
                List.of(),
                tree.unsaid(wanted, file, Objects.requireNonNull(files.get(0).after())));
    }

    private static void check(String file, IniFile.Section section, Reasons reasons) {
        for (IniFile.Entry entry : section.entries()) {
            boolean known = MOVED.contains(section.name())
                    || section.name().equals("user")
                    || (OF_PORT.contains(section.name()) && !entry.key().equals("cloned-mac-address"))
                    || (section.name().equals("connection") && CONNECTION.contains(entry.key()));
            boolean isForSome =
                    entry.key().equals("permissions") && !entry.value().isEmpty();
            if (!known || isForSome) {
                reasons.add(file + " says " + entry.line() + " in [" + section.name()
                        + "], of which it is not known whether it belongs to the bridge or to the port: write the"
                        + " bridge yourself, as docs/install.md shows");
            }
        }
    }

    /** The same one each time, so that both files know each other and a plan is a plan. */
    private static String uuid(String name) {
        return UUID.nameUUIDFromBytes(("patchbay uplink " + name).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private static IniFile bridge(Wanted wanted, IniFile profile) {
        List<IniFile.Entry> connection = new ArrayList<>(List.of(
                new IniFile.Entry("id", wanted.bridge()),
                new IniFile.Entry("uuid", uuid(wanted.mac() + wanted.bridge())),
                new IniFile.Entry("type", "bridge"),
                new IniFile.Entry("interface-name", wanted.bridge())));
        List<IniFile.Section> sections = new ArrayList<>();
        for (IniFile.Section section : profile.sections()) {
            if (section.name().equals("connection")) {
                section.entries().stream()
                        .filter(entry -> CONNECTION_OF_BRIDGE.contains(entry.key()))
                        .forEach(connection::add);
            } else if (MOVED.contains(section.name()) && !section.entries().isEmpty()) {
                sections.add(section);
            }
        }
        sections.add(0, new IniFile.Section("connection", connection));
        if (!wanted.hasUsualMtu()) {
            sections.add(
                    1,
                    new IniFile.Section("ethernet", List.of(new IniFile.Entry("mtu", String.valueOf(wanted.mtu())))));
        }
        sections.add(
                1,
                new IniFile.Section(
                        "bridge",
                        List.of(new IniFile.Entry("mac-address", wanted.mac()), new IniFile.Entry("stp", "false"))));
        return new IniFile(sections);
    }

    private static IniFile port(Wanted wanted, IniFile profile, int priority) {
        List<IniFile.Section> sections = new ArrayList<>(List.of(new IniFile.Section(
                "connection",
                List.of(
                        new IniFile.Entry("id", wanted.bridge() + "-" + wanted.nic()),
                        new IniFile.Entry("uuid", uuid(wanted.mac() + wanted.bridge() + " " + wanted.nic())),
                        new IniFile.Entry("type", "ethernet"),
                        new IniFile.Entry("interface-name", wanted.nic()),
                        new IniFile.Entry("autoconnect-priority", String.valueOf(priority)),
                        new IniFile.Entry("master", uuid(wanted.mac() + wanted.bridge())),
                        new IniFile.Entry("slave-type", "bridge")))));
        profile.sections().stream()
                .filter(section ->
                        OF_PORT.contains(section.name()) && !section.entries().isEmpty())
                .forEach(sections::add);
        return new IniFile(sections);
    }
}
