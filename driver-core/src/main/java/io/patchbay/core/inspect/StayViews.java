package io.patchbay.core.inspect;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.inspect.Inspection.StayView;
import io.patchbay.core.inspect.Inspection.StayViewList;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.Stay;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Who had what: what is kept of times that are over, and who is there now. */
final class StayViews {
    private final State state;

    StayViews(State state) {
        this.state = state;
    }

    /** Of whom or of what; an address, a MAC, a container's name, or the beginning of an endpoint's id. */
    StayViewList of(String subject, Optional<Instant> at) {
        Predicate<StayView> asked = about(subject);
        Map<String, StayView> found = new LinkedHashMap<>();
        boolean complete = true;
        try {
            over().filter(asked).forEach(stay -> found.putIfAbsent(key(stay), stay));
            present().filter(asked).filter(stay -> !isOver(found, stay)).forEach(stay -> found.put(key(stay), stay));
        } catch (PatchbayException e) {
            if (e.kind() != PatchbayException.Kind.UNAVAILABLE) {
                throw e;
            }
            complete = false;
            present().filter(asked).forEach(stay -> found.putIfAbsent(key(stay), stay));
        }
        List<StayView> wanted = found.values().stream()
                .filter(stay -> at.map(stay::lastsAt).orElse(true))
                .sorted(Comparator.comparing(StayView::from))
                .toList();
        return new StayViewList(wanted, complete);
    }

    private static String key(StayView stay) {
        return stay.endpoint() + stay.from();
    }

    /** Two hosts may have written of one end, each by its clock; it was the earlier one. */
    private Stream<StayView> over() {
        return state.stays().all().stream().map(StayViews::past);
    }

    private Stream<StayView> present() {
        return state.peekAll(Refs.endpoints()).stream()
                .map(endpoint -> endpoint.value())
                .filter(endpoint -> endpoint.state() == EndpointRecord.State.JOINED)
                .map(this::present);
    }

    /**
     * Whether one that is known here is over. Where an end of it was written, either that has not been heard here yet,
     * or its host had been given up and is back: the store knows.
     */
    private boolean isOver(Map<String, StayView> ended, StayView known) {
        return ended.containsKey(key(known))
                && state.decide("what is left of endpoint " + known.endpoint(), d -> {
                    d.confirm();
                    return d.read(Ref.endpoint(known.host(), known.endpoint())).isEmpty();
                });
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
