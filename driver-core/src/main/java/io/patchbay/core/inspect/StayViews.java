package io.patchbay.core.inspect;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.inspect.Inspection.StayView;
import io.patchbay.core.inspect.Inspection.StayViewList;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.Stay;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Who had what: what is kept of times that are over, and who is there now. */
final class StayViews {
    private final State state;

    StayViews(State state) {
        this.state = state;
    }

    /** Of whom or of what; an address, a MAC, a container's name, or the beginning of an endpoint's id. */
    StayViewList of(String subject, Optional<Instant> at) {
        Predicate<StayView> asked = about(subject);
        List<StayView> found = new ArrayList<>();
        boolean complete = true;
        try {
            found.addAll(over());
        } catch (PatchbayException e) {
            if (e.kind() != PatchbayException.Kind.UNAVAILABLE) {
                throw e;
            }
            complete = false;
        }
        state.peekAll(Refs.endpoints()).stream()
                .map(endpoint -> endpoint.value())
                .filter(endpoint -> endpoint.state() == EndpointRecord.State.JOINED)
                .map(this::present)
                .forEach(found::add);
        List<StayView> wanted = found.stream()
                .filter(asked)
                .filter(stay -> at.map(stay::lastsAt).orElse(true))
                .sorted(Comparator.comparing(StayView::from))
                .toList();
        return new StayViewList(wanted, complete);
    }

    /** Two hosts may have written of one end, each by its clock; it was the earlier one. */
    private List<StayView> over() {
        Map<String, Stay> ends = new LinkedHashMap<>();
        state.stays().all().forEach(stay -> ends.putIfAbsent(stay.endpoint() + stay.from(), stay));
        return ends.values().stream().map(StayViews::past).toList();
    }

    private static StayView past(Stay stay) {
        return new StayView(
                texts(stay.addresses()),
                stay.container(),
                stay.mac().toString(),
                stay.network(),
                stay.host(),
                stay.endpoint(),
                stay.from(),
                Optional.of(stay.to()));
    }

    private StayView present(EndpointRecord endpoint) {
        return new StayView(
                texts(endpoint.addresses().stream().map(cidr -> cidr.address()).toList()),
                endpoint.container(),
                endpoint.mac().toString(),
                NetworkNames.of(state, endpoint.host(), endpoint.network()),
                endpoint.host(),
                endpoint.id(),
                endpoint.since(),
                Optional.empty());
    }

    private static List<String> texts(List<IpAddress> addresses) {
        return addresses.stream().map(Object::toString).toList();
    }

    private static Predicate<StayView> about(String subject) {
        String text = subject.strip();
        Optional<String> address = address(text);
        String mac = text.toLowerCase(Locale.ROOT);
        return stay -> address.map(stay.addresses()::contains).orElse(false)
                || stay.mac().equals(mac)
                || stay.container().map(text::equals).orElse(false)
                || (!text.isEmpty() && stay.endpoint().startsWith(text));
    }

    /** As the store writes it, however it was typed. */
    private static Optional<String> address(String text) {
        try {
            return Optional.of(IpAddress.parse(text).toString());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
