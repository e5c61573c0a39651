package io.patchbay.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A host of the cluster, for good: it stays when the host is away. It is written anew each time the host comes, so its
 * revision tells one stay from the next.
 *
 * @param machine what tells this machine from another one that was given the same host name
 * @param boot the kernel's id of its boot
 * @param version of its daemon
 * @param addresses on its bridges
 * @param started when its daemon did, by its own clock
 * @param renamedTo the name that the same machine has now and that takes over what is kept under this one
 * @param asksEngine it hears from its engine which containers there are; hosts of older versions do not say
 */
public record HostRecord(
        String host,
        String machine,
        String boot,
        String version,
        List<Cidr> addresses,
        List<HostBridge> bridges,
        Instant started,
        Optional<String> renamedTo,
        boolean asksEngine,
        Map<String, JsonNode> unknown)
        implements Stored {

    /**
     * A bridge that networks of the host are on, and its ports that lead to the LAN.
     *
     * @param mac hosts of older versions do not say
     */
    public record HostBridge(String name, Optional<MacAddress> mac, List<String> uplinks) {
        private static HostBridge read(Fields f) {
            return new HostBridge(f.text("name"), f.optional("mac").map(MacAddress::parse), f.list("uplinks", u -> u));
        }

        private Fields write() {
            return Fields.with(Map.of()).put("name", name).put("mac", mac).put("uplinks", uplinks);
        }
    }

    public static HostRecord read(Value value) {
        Fields f = Fields.of(value);
        return new HostRecord(
                f.text("host"),
                f.text("machine"),
                f.text("boot"),
                f.text("version"),
                f.list("addresses", Cidr::parse),
                f.objects("bridges", HostBridge::read),
                f.instant("started"),
                f.optional("renamedTo"),
                f.flag("asksEngine"),
                f.unknown());
    }

    /** The same, on its way to another name. */
    public HostRecord renamedTo(String name) {
        return new HostRecord(
                host, machine, boot, version, addresses, bridges, started, Optional.of(name), asksEngine, unknown);
    }

    @Override
    public String key() {
        return Keys.host(host);
    }

    @Override
    public Value write() {
        return Fields.with(unknown)
                .put("host", host)
                .put("machine", machine)
                .put("boot", boot)
                .put("version", version)
                .put("addresses", addresses)
                .putObjects("bridges", bridges, HostBridge::write)
                .put("started", started)
                .put("renamedTo", renamedTo)
                .put("asksEngine", asksEngine)
                .value();
    }
}
