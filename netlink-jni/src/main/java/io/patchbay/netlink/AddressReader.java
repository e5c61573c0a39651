package io.patchbay.netlink;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.link.Links.LinkAddress;
import io.patchbay.core.link.Links.Route;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code struct rt_addr} and {@code struct rt_route} of rt_parse.h, which begin alike. */
final class AddressReader {
    private static final int INDEX = 4;
    private static final int LENGTH = 8;
    private static final int PREFIX = 12;
    private static final int BYTES = 16;
    private static final int HOP_LENGTH = 32;
    private static final int HOP = 36;

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

    private static IpAddress address(ByteBuffer from, int at) {
        byte[] bytes = new byte[from.getInt(at + LENGTH)];
        from.get(at + BYTES, bytes);
        return IpAddress.of(bytes);
    }
}
