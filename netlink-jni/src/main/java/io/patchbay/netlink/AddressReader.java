package io.patchbay.netlink;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.link.Links.ForwardingEntry;
import io.patchbay.core.link.Links.LinkAddress;
import io.patchbay.core.link.Links.PortVlan;
import io.patchbay.core.link.Links.Route;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code rt_addr}, {@code rt_route}, {@code rt_vlan} and {@code rt_fdb} of rt_parse.h, which begin alike. */
final class AddressReader {
    private static final int INDEX = 4;
    private static final int LENGTH = 8;
    private static final int PREFIX = 12;
    private static final int BYTES = 16;
    private static final int HOP_LENGTH = 32;
    private static final int HOP = 36;
    private static final int FIRST_VLAN = 8;
    private static final int LAST_VLAN = 12;
    private static final int PVID = 16;
    private static final int ENTRY_STATE = 8;
    private static final int ENTRY_MAC = 10;
    /** NUD_PERMANENT and NUD_NOARP: nothing that is heard moves it. */
    private static final int FIXED = 0xc0;

    private AddressReader() {}

    static List<LinkAddress> addresses(ByteBuffer records) {
        List<LinkAddress> addresses = new ArrayList<>();
        for (int at = 0; at < records.limit(); at += records.getInt(at)) {
            addresses.add(new LinkAddress(
                    records.getInt(at + INDEX), new Cidr(address(records, at), records.getInt(at + PREFIX))));
        }
        return addresses;
    }

    static List<Route> routes(ByteBuffer records) {
        List<Route> routes = new ArrayList<>();
        for (int at = 0; at < records.limit(); at += records.getInt(at)) {
            routes.add(new Route(
                    new Subnet(address(records, at), records.getInt(at + PREFIX)),
                    records.getInt(at + INDEX),
                    hop(records, at)));
        }
        return routes;
    }

    private static Optional<IpAddress> hop(ByteBuffer from, int at) {
        byte[] bytes = new byte[from.getInt(at + HOP_LENGTH)];
        from.get(at + HOP, bytes);
        return bytes.length == 0 ? Optional.empty() : Optional.of(IpAddress.of(bytes));
    }

    static List<PortVlan> vlans(ByteBuffer records) {
        List<PortVlan> vlans = new ArrayList<>();
        for (int at = 0; at < records.limit(); at += records.getInt(at)) {
            vlans.add(new PortVlan(
                    records.getInt(at + INDEX),
                    records.getInt(at + FIRST_VLAN),
                    records.getInt(at + LAST_VLAN),
                    records.getInt(at + PVID) != 0));
        }
        return vlans;
    }

    static List<ForwardingEntry> forwarding(ByteBuffer records) {
        List<ForwardingEntry> entries = new ArrayList<>();
        for (int at = 0; at < records.limit(); at += records.getInt(at)) {
            byte[] mac = new byte[6];
            records.get(at + ENTRY_MAC, mac);
            entries.add(new ForwardingEntry(
                    records.getInt(at + INDEX), MacAddress.of(mac), (records.getShort(at + ENTRY_STATE) & FIXED) != 0));
        }
        return entries;
    }

    private static IpAddress address(ByteBuffer from, int at) {
        byte[] bytes = new byte[from.getInt(at + LENGTH)];
        from.get(at + BYTES, bytes);
        return IpAddress.of(bytes);
    }
}
