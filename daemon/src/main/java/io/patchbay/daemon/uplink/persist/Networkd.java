package io.patchbay.daemon.uplink.persist;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * systemd-networkd. Nothing that is there is changed: three files come before it, the NIC's last. What its file says of
 * addresses is said of the bridge, what it says of the card is said of the port.
 */
final class Networkd implements Manager {
    private static final List<String> FOLDERS =
            List.of("/etc/systemd/network", "/run/systemd/network", "/usr/lib/systemd/network", "/lib/systemd/network");
    private static final String OURS = "/etc/systemd/network/";
    private static final List<String> PREFIXES = List.of("05-patchbay-", "00-patchbay-", "00-00-patchbay-");
    private static final Set<String> MOVED = Set.of(
            "Address",
            "Neighbor",
            "IPv6AddressLabel",
            "RoutingPolicyRule",
            "Route",
            "DHCP",
            "DHCPv4",
            "DHCPv6",
            "IPv6AcceptRA",
            "DHCPPrefixDelegation");
    private static final Set<String> NETWORK =
            Set.of(("Description DHCP LinkLocalAddressing IPv6LinkLocalAddressGenerationMode IPv6StableSecretAddress"
                            + " IPv4LLStartAddress IPv4LLRoute DefaultRouteOnDevice LLMNR MulticastDNS DNSOverTLS"
                            + " DNSSEC DNSSECNegativeTrustAnchors LLDP EmitLLDP Address Gateway DNS Domains NTP"
                            + " DNSDefaultRoute IPForward IPv4Forwarding IPv6Forwarding IPMasquerade"
                            + " IPv6PrivacyExtensions IPv6AcceptRA IPv6DuplicateAddressDetection IPv6HopLimit"
                            + " IPv4AcceptLocal IPv4RouteLocalnet"
                            + " IPv4ProxyARP IPv4ReversePathFilter IPv6ProxyNDP IPv6ProxyNDPAddress IPv6MTUBytes"
                            + " ConfigureWithoutCarrier IgnoreCarrierLoss KeepConfiguration DHCPPrefixDelegation")
                    .split(" ", -1));
    private static final Set<String> LINK_OF_BOTH = Set.of("RequiredForOnline", "RequiredFamilyForOnline");
    private static final Set<String> LINK_OF_PORT =
            Set.of("MTUBytes", "ARP", "Multicast", "AllMulticast", "Promiscuous", "ActivationPolicy");
    private static final List<String> RELOAD = List.of("networkctl", "reload");

    private final ConfigTree tree;

    Networkd(ConfigTree tree) {
        this.tree = tree;
    }

    @Override
    public String name() {
        return "systemd-networkd";
    }

    @Override
    public Optional<Persistent> plan(Wanted wanted) {
        IniFile state = new IniFile(List.of(new IniFile.Section("", stateOf(wanted.index()))));
        boolean configures = state.value("", "ADMIN_STATE")
                .filter(s -> s.startsWith("config"))
                .isPresent();
        return configures ? state.value("", "NETWORK_FILE").map(file -> plan(wanted, file)) : Optional.empty();
    }

    private List<IniFile.Entry> stateOf(int index) {
        String text = tree.textOrNone("/run/systemd/netif/links/" + index);
        return text.lines()
                .filter(line -> line.indexOf('=') > 0 && !line.startsWith("#"))
                .map(line -> line.split("=", 2))
                .map(words -> new IniFile.Entry(words[0], words[1]))
                .toList();
    }

    private Persistent plan(Wanted wanted, String file) {
        Reasons reasons = new Reasons();
        List<IniFile.Section> sections = new ArrayList<>();
        for (String part : withDropIns(file)) {
            String text = tree.text(part);
            if (text == null) {
                throw Reasons.refusal(part + " is gone, which systemd-networkd has read for " + wanted.nic());
            }
            sections.addAll(IniFile.parse(part, text, reasons).sections());
        }
        String prefix = OURS
                + prefix(base(file))
                        .orElseThrow(() -> Reasons.refusal(
                                file + " comes before any that could be put before it: give it a higher number"));
        refuseTaken(wanted, reasons);
        NetworkFile split = new NetworkFile(file, wanted, reasons, sections);
        reasons.refuse();
        List<IniFile.Section> bridge = split.ofBridge();
        lease(wanted).ifPresent(iaid -> bridge.addAll(withIdentity(bridge, iaid)));
        String of = prefix + wanted.bridge();
        List<FileChange> files = List.of(
                FileChange.added(of + ".netdev", netdev(wanted).text(wanted.heading())),
                FileChange.added(of + ".network", new IniFile(bridge).text(wanted.heading())),
                FileChange.added(
                        prefix + wanted.nic() + ".network", new IniFile(split.ofPort()).text(wanted.heading())));
        files.stream()
                .filter(change -> tree.text(change.path()) != null)
                .forEach(change -> reasons.add(change.path() + " is there already"));
        reasons.refuse();
        return new Persistent(name(), files, List.of(RELOAD), List.of(RELOAD), notes(wanted, split));
    }

    private List<String> withDropIns(String file) {
        String base = base(file);
        List<String> parts = new ArrayList<>(List.of(file));
        FOLDERS.forEach(folder -> parts.addAll(tree.list(folder + "/" + base + ".d", "*.conf")));
        return parts;
    }

    /** One that sorts before every file there is, so that no other is read for the bridge or the port. */
    private Optional<String> prefix(String base) {
        List<String> bases = new ArrayList<>(List.of(base));
        FOLDERS.forEach(folder -> tree.list(folder, "*.network").forEach(file -> bases.add(base(file))));
        return PREFIXES.stream()
                .filter(prefix -> bases.stream().allMatch(other -> prefix.compareTo(other) < 0))
                .findFirst();
    }

    private void refuseTaken(Wanted wanted, Reasons reasons) {
        for (String folder : FOLDERS) {
            for (String file : tree.list(folder, "*.netdev")) {
                String text = tree.textOrNone(file);
                if (IniFile.parse(file, text, new Reasons())
                        .value("NetDev", "Name")
                        .filter(wanted.bridge()::equals)
                        .isPresent()) {
                    reasons.add(file + " makes " + wanted.bridge() + " already");
                }
            }
        }
    }

    private static String base(String file) {
        return file.substring(file.lastIndexOf('/') + 1);
    }

    private static IniFile netdev(Wanted wanted) {
        List<IniFile.Entry> entries = new ArrayList<>(List.of(
                new IniFile.Entry("Name", wanted.bridge()),
                new IniFile.Entry("Kind", "bridge"),
                new IniFile.Entry("MACAddress", wanted.mac())));
        if (!wanted.hasUsualMtu()) {
            entries.add(new IniFile.Entry("MTUBytes", String.valueOf(wanted.mtu())));
        }
        return new IniFile(List.of(
                new IniFile.Section("NetDev", entries),
                new IniFile.Section(
                        "Bridge", List.of(new IniFile.Entry("STP", "no"), new IniFile.Entry("ForwardDelaySec", "0")))));
    }

    /**
     * How the DHCP server knows this host: networkd makes it of the card's name in the hardware, which a bridge has
     * not, so it has to be said or the bridge gets another address. Empty where the MAC alone is told.
     */
    private Optional<Long> lease(Wanted wanted) {
        String text = tree.textOrNone("/run/systemd/netif/leases/" + wanted.index());
        return text.lines()
                .filter(line -> line.matches("CLIENTID=ff[0-9a-fA-F]{8,}"))
                .map(line -> Long.parseLong(line.substring("CLIENTID=ff".length(), "CLIENTID=ff".length() + 8), 16))
                .findFirst();
    }

    private static List<IniFile.Section> withIdentity(List<IniFile.Section> sections, long iaid) {
        return Stream.of("DHCPv4", "DHCPv6")
                .filter(name -> sections.stream()
                        .noneMatch(s -> Set.of(name, "DHCP").contains(s.name())
                                && s.value("IAID").isPresent()))
                .map(name -> new IniFile.Section(name, List.of(new IniFile.Entry("IAID", String.valueOf(iaid)))))
                .toList();
    }

    private List<String> notes(Wanted wanted, NetworkFile split) {
        return wanted.lease()
                ? List.of()
                : tree.unsaid(wanted, split.file(), new IniFile(split.ofBridge()).text(List.of()));
    }

    /** What is said of the card today, parted into what is of the bridge and what is of the port. */
    private record NetworkFile(String file, Wanted wanted, Reasons reasons, List<IniFile.Section> sections) {
        List<IniFile.Section> ofBridge() {
            List<IniFile.Section> bridge = new ArrayList<>();
            bridge.add(match(wanted.bridge()));
            for (IniFile.Section section : sections) {
                List<IniFile.Entry> entries = section.entries().stream()
                        .filter(entry -> isOfBridge(section.name(), entry.key()))
                        .map(entry -> renamed(section.name(), entry))
                        .toList();
                if (!entries.isEmpty()) {
                    bridge.add(new IniFile.Section(section.name(), entries));
                }
            }
            return bridge;
        }

        List<IniFile.Section> ofPort() {
            List<IniFile.Section> port = new ArrayList<>();
            port.add(match(wanted.nic()));
            List<IniFile.Entry> network = new ArrayList<>(List.of(
                    new IniFile.Entry("Bridge", wanted.bridge()),
                    new IniFile.Entry("LinkLocalAddressing", "no"),
                    new IniFile.Entry("IPv6AcceptRA", "no")));
            List<IniFile.Entry> link = new ArrayList<>();
            for (IniFile.Section section : sections) {
                section.entries().stream()
                        .filter(entry ->
                                section.name().equals("Network") && entry.key().equals("VLAN"))
                        .forEach(network::add);
                section.entries().stream()
                        .filter(entry -> section.name().equals("Link") && LINK_OF_PORT.contains(entry.key()))
                        .forEach(link::add);
            }
            if (!link.isEmpty()) {
                port.add(new IniFile.Section("Link", link));
            }
            port.add(new IniFile.Section("Network", network));
            return port;
        }

        private static IniFile.Section match(String name) {
            return new IniFile.Section("Match", List.of(new IniFile.Entry("Name", name)));
        }

        private boolean isOfBridge(String section, String key) {
            if (MOVED.contains(section)) {
                return true;
            }
            boolean ofPort = section.equals("Match")
                    || (section.equals("Network") && key.equals("VLAN"))
                    || (section.equals("Link") && LINK_OF_PORT.contains(key));
            boolean ofBridge = (section.equals("Network") && NETWORK.contains(key))
                    || (section.equals("Link") && LINK_OF_BOTH.contains(key));
            if (!ofPort && !ofBridge) {
                reasons.add(file + " says " + key + "= in [" + section
                        + "], of which it is not known whether it belongs to the bridge or to the port: write the"
                        + " bridge yourself, as docs/install.md shows");
            }
            return ofBridge;
        }

        /** What names the card names the bridge. */
        private IniFile.Entry renamed(String section, IniFile.Entry entry) {
            String value = entry.value();
            return switch (section + "." + entry.key()) {
                case "Address.Label" ->
                    value.startsWith(wanted.nic() + ":")
                            ? new IniFile.Entry(
                                    entry.key(),
                                    wanted.bridge()
                                            + value.substring(wanted.nic().length()))
                            : entry;
                case "RoutingPolicyRule.IncomingInterface", "RoutingPolicyRule.OutgoingInterface" ->
                    value.equals(wanted.nic()) ? new IniFile.Entry(entry.key(), wanted.bridge()) : entry;
                default -> entry;
            };
        }
    }
}
