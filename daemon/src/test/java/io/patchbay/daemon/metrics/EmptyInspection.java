package io.patchbay.daemon.metrics;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.inspect.Inspection;
import io.patchbay.core.store.StoreHealth;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sees nothing but services. */
class EmptyInspection implements Inspection {
    private final List<String> services;

    EmptyInspection(List<String> services) {
        this.services = services;
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
    public List<String> servicesWithoutAnsweringVip() {
        return services;
    }

    @Override
    public StayViewList history(String subject, Optional<Instant> at) {
        return new StayViewList(List.of(), true);
    }

    @Override
    public List<QuarantineView> quarantine() {
        return List.of();
    }

    @Override
    public List<StoreHealth.Member> storeMembers() {
        return List.of();
    }

    @Override
    public List<EventView> events(long after) {
        return List.of();
    }

    @Override
    public BookPage book(Optional<String> after) {
        return new BookPage(List.of(), true);
    }

    @Override
    public List<NetworkView> networks() {
        return List.of();
    }

    @Override
    public List<EndpointView> endpoints() {
        return List.of();
    }

    @Override
    public List<PoolView> pools() {
        return List.of();
    }

    @Override
    public List<RangeView> ranges() {
        return List.of();
    }

    @Override
    public List<ClaimView> claims() {
        return List.of();
    }

    @Override
    public List<HostView> hosts() {
        return List.of();
    }

    @Override
    public List<AddressView> why(IpAddress address, Optional<String> segment) {
        return List.of();
    }

    @Override
    public List<Finding> doctor() {
        return List.of();
    }

    @Override
    public List<HostFindings> doctorOfAll() {
        return List.of();
    }

    @Override
    public Map<String, Long> repairs() {
        return Map.of();
    }

    @Override
    public List<ConflictView> conflicts() {
        return List.of();
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
    public long announcements() {
        return 0;
    }

    @Override
    public Map<String, Long> gauges() {
        return Map.of();
    }
}
