package io.patchbay.api;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Inspection;
import io.patchbay.core.ipam.RangeUse;
import io.patchbay.core.store.StoreHealth;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An inspection that always sees the same. */
class FixedInspection implements Inspection {
    private static final RangeView RANGE =
            new RangeView("lan", "p0", "10.77.0.0/24", "default", "10.77.0.1-10.77.0.9", use("9", 3, 1, 2, 1, 3));

    private static RangeUse use(String size, long used, long held, long spare, long reserved, long free) {
        return new RangeUse(
                new BigInteger(size), used, held, spare, BigInteger.valueOf(reserved), 0, BigInteger.valueOf(free));
    }

    @Override
    public List<HostView> hosts() {
        return List.of(new HostView(
                "host-b",
                "dead",
                false,
                Optional.of("0.1.0"),
                List.of("br0"),
                List.of("eth0"),
                List.of("10.77.0.12/24"),
                1,
                2,
                3,
                1,
                "12m ago",
                Optional.of(720L),
                Optional.of("s")));
    }

    @Override
    public List<AddressView> why(IpAddress address, Optional<String> segment) {
        return List.of(new AddressView(
                address.toString(), segment, "free", Optional.empty(), "nobody holds " + address + ": it is free"));
    }

    @Override
    public List<HostFindings> lastFindings() {
        return doctorOfAll();
    }

    @Override
    public FoundClaims find(String text, int most) {
        return new FoundClaims(claims().stream().limit(most).toList(), claims().size());
    }

    @Override
    public List<ConflictView> conflicts() {
        return List.of();
    }

    @Override
    public StayViewList history(String subject, Optional<Instant> at) {
        StayView stay = new StayView(
                List.of("10.77.0.5"),
                Optional.of("web"),
                "02:50:0a:4d:00:05",
                "lan",
                "host-a",
                "e1",
                Instant.EPOCH,
                at.map(moment -> moment.plusSeconds(1)));
        return new StayViewList(List.of(stay), true);
    }

    @Override
    public List<QuarantineView> quarantine() {
        return List.of(new QuarantineView("10.77.0.9", "p0", "02:aa:00:00:00:01", "host-a", "s", "t"));
    }

    @Override
    public List<StoreHealth.Member> storeMembers() {
        return List.of(new StoreHealth.Member(
                "https://h1:2379", Optional.of(Duration.ofMillis(2)), StoreHealth.Role.LEADS, ""));
    }

    @Override
    public List<EventView> events(long after) {
        return after < 7 ? List.of(new EventView(7, "s", "host", "host-b", "host-b", "is alive")) : List.of();
    }

    @Override
    public List<DhcpServerView> dhcpServers() {
        return List.of();
    }

    @Override
    public long defences() {
        return 0;
    }

    @Override
    public long freedOfDeadHosts() {
        return 0;
    }

    @Override
    public List<NetworkView> networks() {
        return List.of(new NetworkView(
                "n1",
                Optional.of("lan"),
                "host-a",
                "br0",
                List.of("10.77.0.0/24"),
                List.of(RANGE),
                List.of("10.77.0.254"),
                false,
                Optional.of(1400),
                2,
                "defined",
                Optional.empty(),
                "s"));
    }

    @Override
    public List<EndpointView> endpoints() {
        return List.of(new EndpointView(
                "e1",
                "n1",
                "lan",
                Optional.of("web"),
                "host-a",
                List.of("10.77.0.5/24"),
                "02:50:0a:4d:00:05",
                "pb1",
                "joined",
                Optional.empty(),
                "s"));
    }

    @Override
    public List<PoolView> pools() {
        return List.of(new PoolView(
                "p1",
                "fd77::/64",
                "default",
                List.of(),
                List.of(),
                1,
                List.of(new ReservedRange("fd77::1", "printers")),
                use("18446744073709551615", 1, 0, 0, 0, 9),
                List.of()));
    }

    @Override
    public List<RangeView> ranges() {
        return List.of(RANGE);
    }

    @Override
    public List<ClaimView> claims() {
        return List.of(new ClaimView(
                "p1",
                "fd77::5",
                "endpoint",
                "bound",
                Optional.of("host-a"),
                Optional.of("e1"),
                Optional.of("web"),
                Optional.empty(),
                "s"));
    }

    @Override
    public List<Finding> doctor() {
        return List.of(new Finding("bridge-uplink", Severity.FAIL, "br0", "no uplink", "ip link set eth0 master br0"));
    }

    @Override
    public List<HostFindings> doctorOfAll() {
        return List.of(
                new HostFindings("host-a", "alive", true, Optional.of("s"), "now", doctor()),
                new HostFindings("host-b", "dead", false, Optional.empty(), "", List.of()));
    }

    @Override
    public BookPage book(Optional<String> after) {
        List<BookEntry> records = after.isEmpty() ? List.of(new BookEntry("hosts/h1", "{}")) : List.of();
        return new BookPage(records, true);
    }

    @Override
    public Map<String, Long> repairs() {
        return Map.of();
    }

    @Override
    public long announcements() {
        return 0;
    }

    @Override
    public List<String> servicesWithoutAnsweringVip() {
        return List.of();
    }

    @Override
    public Map<String, Long> gauges() {
        return Map.of();
    }
}
