package io.patchbay.netlink;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Link.BridgeSettings;
import io.patchbay.core.link.LinkEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Reads {@code struct rt_link} of rt_parse.h. */
final class LinkReader {
    /** {@code sizeof(struct rt_link)}. */
    static final int MAX_BYTES = 356;

    private static final int IFF_UP = 1;
    private static final int IFF_LOWER_UP = 1 << 16;
    private static final int MILLIS_PER_TICK = 10;

    private static final int EVENT = 4;
    private static final int INDEX = 8;
    private static final int FLAGS = 12;
    private static final int MTU = 16;
    private static final int MASTER = 20;
    private static final int PEER = 24;
    private static final int MARKS = 28;
    private static final int FORWARD_DELAY = 32;
    private static final int PORT_STATE = 36;
    private static final int PEER_NETNS = 40;
    private static final int MAC = 44;
    private static final int DEFAULT_PVID = 50;
    private static final int NAME = 52;
    private static final int NAME_BYTES = 16;
    private static final int KIND = 68;
    private static final int KIND_BYTES = 32;
    private static final int ALIAS = 100;

    private static final int GONE = 1;
    private static final int PORT_CHANGED = 2;

    private static final int HAS_MASTER = 1;
    private static final int HAS_PEER = 1 << 1;
    private static final int ELSEWHERE = 1 << 2;
    private static final int BRIDGE = 1 << 3;
    private static final int STP = 1 << 4;
    private static final int VLAN_FILTERING = 1 << 5;
    private static final int NF_IPTABLES = 1 << 6;
    private static final int PORT = 1 << 7;

    private LinkReader() {}

    static List<Link> links(ByteBuffer records) {
        List<Link> links = new ArrayList<>();
        for (int at = 0; at < records.limit(); at += records.getInt(at)) {
            links.add(link(records, at));
        }
        return links;
    }

    /**
     * An end of a pair of ours whose other end is elsewhere.
     *
     * @param netns the number of the other end's namespace here
     */
    record HostEnd(int index, int peer, int netns) {}

    static List<HostEnd> hostEnds(ByteBuffer records) {
        List<HostEnd> ends = new ArrayList<>();
        for (int at = 0; at < records.limit(); at += records.getInt(at)) {
            Link link = link(records, at);
            int netns = records.getInt(at + PEER_NETNS);
            if (link.isOurs() && link.peerElsewhere() && link.peer().isPresent() && netns >= 0) {
                ends.add(new HostEnd(link.index(), link.peer().getAsInt(), netns));
            }
        }
        return ends;
    }

    /** {@code find} looks up the link of that name, of whose port the record says nothing but the state. */
    static List<LinkEvent> events(ByteBuffer records, Function<String, List<Link>> find) {
        List<LinkEvent> events = new ArrayList<>();
        for (int at = 0; at < records.limit(); at += records.getInt(at)) {
            Link link = link(records, at);
            switch (records.getInt(at + EVENT)) {
                case GONE -> events.add(new LinkEvent.Gone(link.index(), link.name()));
                case PORT_CHANGED -> find.apply(link.name()).forEach(l -> events.add(new LinkEvent.Changed(l)));
                default -> events.add(new LinkEvent.Changed(link));
            }
        }
        return events;
    }

    private static Link link(ByteBuffer from, int at) {
        int flags = from.getInt(at + FLAGS);
        int marks = from.getInt(at + MARKS);
        byte[] mac = new byte[6];
        from.get(at + MAC, mac);
        Optional<String> kind = text(from, at + KIND, KIND_BYTES);
        boolean veth = kind.filter("veth"::equals).isPresent();
        return new Link(
                from.getInt(at + INDEX),
                Kernel.text(from, at + NAME, NAME_BYTES),
                kind,
                text(from, at + ALIAS, from.getInt(at) - ALIAS),
                MacAddress.of(mac),
                from.getInt(at + MTU),
                (flags & IFF_UP) != 0,
                (flags & IFF_LOWER_UP) != 0,
                optional(from, at + MASTER, (marks & HAS_MASTER) != 0),
                optional(from, at + PEER, veth && (marks & HAS_PEER) != 0),
                veth && (marks & ELSEWHERE) != 0,
                (marks & BRIDGE) == 0 ? Optional.empty() : Optional.of(bridge(marks, from, at)),
                optional(from, at + PORT_STATE, (marks & PORT) != 0));
    }

    private static BridgeSettings bridge(int marks, ByteBuffer from, int at) {
        return new BridgeSettings(
                (marks & STP) != 0,
                from.getInt(at + FORWARD_DELAY) * MILLIS_PER_TICK,
                (marks & VLAN_FILTERING) != 0,
                Short.toUnsignedInt(from.getShort(at + DEFAULT_PVID)),
                (marks & NF_IPTABLES) != 0);
    }

    private static OptionalInt optional(ByteBuffer from, int at, boolean there) {
        return there ? OptionalInt.of(from.getInt(at)) : OptionalInt.empty();
    }

    private static Optional<String> text(ByteBuffer from, int at, int limit) {
        String text = Kernel.text(from, at, limit);
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
