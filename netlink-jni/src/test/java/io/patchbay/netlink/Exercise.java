package io.patchbay.netlink;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.link.Announcement;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.VethSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A program that uses every verb once, for a JVM of its own; says where its library came from, or why there is none.
 */
final class Exercise {
    private Exercise() {}

    public static void main(String[] arguments) throws Exception {
        try {
            use(new NetlinkLinks());
            System.out.println("used " + loadedFrom());
        } catch (PatchbayException e) {
            System.out.println("refused " + e.getMessage());
        }
    }

    private static void use(NetlinkLinks links) throws Exception {
        MacAddress mac = MacAddress.parse("02:77:00:00:00:0e");
        MacAddress station = MacAddress.parse("02:77:00:00:00:0f");
        List<Link> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        AutoCloseable watch = links.watch(event -> seen.addAll(links.list()));
        try {
            links.ensureBridge(new BridgeSpec("pb-ex", mac, OptionalInt.of(1400), Optional.of("exercise")));
            VethSpec spec =
                    new VethSpec("pb-exh", "pb-exc", "pb-ex", "e", mac, mac, OptionalInt.empty(), OptionalInt.empty());
            links.createVeth(spec);
            links.createVeth(spec);
            links.addresses();
            links.routes();
            Link container = links.find("pb-exc").orElseThrow();
            Kernel.act("bring up", words -> Native.adjust(container.index(), 0, 0, words));
            Kernel.act("set MTU", words -> Native.setMtu(container.index(), 1300, words));
            while (!links.find("pb-exh").orElseThrow().isForwarding()) {
                Thread.onSpinWait();
            }
            links.announce(new Announcement("pb-ex", "pb-exh", station, List.of(IpAddress.parse("10.0.0.1"))));
        } finally {
            links.delete(List.of("pb-exh", "pb-ex"));
            watch.close();
        }
    }

    private static String loadedFrom() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains("libpatchbay_netlink.so"))
                .map(line -> line.substring(line.indexOf('/')))
                .findFirst()
                .orElse("nowhere");
    }
}
