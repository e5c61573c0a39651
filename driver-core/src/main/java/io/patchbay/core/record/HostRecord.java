package io.patchbay.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.time.format.DateTimeParseException;
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
 * @param left what its doctor found; hosts of older versions do not say
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
        Optional<Left> left,
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

    /**
     * What is not as it should be on the host, the worst first.
     *
     * @param since when that was found first, by its own clock
     */
    public record Left(List<Finding> findings, Instant since) {
        public Left {
            findings = List.copyOf(findings);
        }

        /** Nothing is done because of them, so what cannot be read of them keeps nobody from reading the rest. */
        private static Optional<Left> read(Fields f) {
            List<Finding> findings = f.readable("findings", Left::finding);
            return f.optional("foundAt").flatMap(Left::instant).map(since -> new Left(findings, since));
        }

        private static Optional<Instant> instant(String text) {
            try {
                return Optional.of(Instant.parse(text));
            } catch (DateTimeParseException e) {
                return Optional.empty();
            }
        }

        private static Finding finding(Fields f) {
            String severity = f.text("severity");
            return new Finding(
                    f.text("check"),
                    severity.equals(Severity.FAIL.name()) ? Severity.FAIL : Severity.WARN,
                    f.text("subject"),
                    f.text("message"),
                    f.text("advice"));
        }

        private static Fields write(Finding f) {
            return Fields.with(Map.of())
                    .put("check", f.check())
                    .put("severity", f.severity())
                    .put("subject", f.subject())
                    .put("message", f.message())
                    .put("advice", f.advice());
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
                Left.read(f),
                f.optional("renamedTo"),
                f.flag("asksEngine"),
                f.unknown());
    }

    /** The same, on its way to another name. */
    public HostRecord renamedTo(String name) {
        return new HostRecord(
                host,
                machine,
                boot,
                version,
                addresses,
                bridges,
                started,
                left,
                Optional.of(name),
                asksEngine,
                unknown);
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
                .putObjects("findings", left.map(Left::findings).orElse(List.of()), Left::write)
                .put("foundAt", left.map(Left::since))
                .put("renamedTo", renamedTo)
                .put("asksEngine", asksEngine)
                .value();
    }
}
