package io.patchbay.api;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.inspect.Inspection;
import io.patchbay.core.inspect.Inspection.AddressView;
import io.patchbay.core.inspect.Inspection.BookPage;
import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.inspect.Inspection.EndpointView;
import io.patchbay.core.inspect.Inspection.EventView;
import io.patchbay.core.inspect.Inspection.FoundClaims;
import io.patchbay.core.inspect.Inspection.HostFindings;
import io.patchbay.core.inspect.Inspection.HostView;
import io.patchbay.core.inspect.Inspection.NetworkView;
import io.patchbay.core.inspect.Inspection.PoolView;
import io.patchbay.core.inspect.Inspection.QuarantineView;
import io.patchbay.core.inspect.Inspection.RangeView;
import io.patchbay.core.inspect.Inspection.ReservedRange;
import io.patchbay.core.ipam.RangeUse;
import io.patchbay.core.store.StoreHealth;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of {@code /v1}: field names are lower camel case and stay; what is absent is null; a list lies in a field of
 * its own name.
 */
final class OperatorViews {
    private static final Map<String, Function<Inspection, Map<String, Object>>> BY_PATH = Map.of(
            "/v1/hosts", inspection -> list("hosts", inspection.hosts(), OperatorViews::host),
            "/v1/networks", inspection -> list("networks", inspection.networks(), OperatorViews::network),
            "/v1/endpoints", inspection -> list("endpoints", inspection.endpoints(), OperatorViews::endpoint),
            "/v1/pools", inspection -> list("pools", inspection.pools(), OperatorViews::pool),
            "/v1/claims", inspection -> list("claims", inspection.claims(), OperatorViews::claim),
            "/v1/quarantine", inspection -> list("quarantine", inspection.quarantine(), OperatorViews::quarantined));

    private static final String WHY = "/v1/claims/why";
    private static final String DOCTOR = "/v1/doctor";
    private static final String EXPORT = "/v1/export";
    private static final String EVENTS = "/v1/events";
    private static final String HISTORY = "/v1/history";
    static final String FIND = "/v1/claims/find";

    /** Claims of one answer that nobody gave a number for, and at most. */
    private static final int FOUND = 100;

    private static final int MOST_FOUND = 1000;

    /** Where there is something to read. */
    static final Set<String> PATHS = Stream.concat(
                    BY_PATH.keySet().stream(), Stream.of(WHY, DOCTOR, EXPORT, EVENTS, FIND, HISTORY))
            .collect(Collectors.toUnmodifiableSet());

    private OperatorViews() {}

    /**
     * What is read at one of {@link #PATHS}; {@code query} has the query string's values by name, {@code findings} what
     * the operators' server has found itself.
     */
    static Function<Inspection, Map<String, Object>> at(
            String path, Function<String, @Nullable String> query, Supplier<List<Finding>> findings) {
        return switch (path) {
            case DOCTOR ->
                inspection -> "true".equals(query.apply("all"))
                        ? doctorOfAll(inspection, findings.get())
                        : doctor(inspection, findings.get());
            case EXPORT -> inspection -> export(inspection, query);
            case EVENTS -> inspection -> events(inspection, query.apply("after"));
            case FIND -> inspection -> find(inspection, query);
            case HISTORY -> inspection -> HistoryJson.of(inspection, query);
            case WHY -> inspection -> why(inspection, query);
            default -> Objects.requireNonNull(BY_PATH.get(path), path);
        };
    }

    private static Map<String, Object> doctor(Inspection inspection, List<Finding> more) {
        return list("findings", sorted(inspection.doctor(), more), OperatorViews::finding);
    }

    private static Map<String, Object> doctorOfAll(Inspection inspection, List<Finding> more) {
        return list("hosts", inspection.doctorOfAll(), view -> findings(view, view.self() ? more : List.of()));
    }

    /**
     * The cluster at a glance; without {@code seen}, as long as the driver waits for its store, only this daemon.
     *
     * @param look whether this host is to be looked at now; else findings are those of the last look
     */
    static Map<String, Object> status(
            Identity identity,
            List<ReadinessCheck> checks,
            Optional<Inspection> seen,
            List<Finding> own,
            boolean look) {
        Function<Inspection, List<HostFindings>> found = look ? Inspection::doctorOfAll : Inspection::lastFindings;
        return object(
                "version", identity.version(),
                "host", identity.host(),
                "store", identity.store(),
                "ready", checks.stream().allMatch(ReadinessCheck::ready),
                "checks", checks.stream().map(OperatorViews::check).toList(),
                "hosts", all(seen, Inspection::hosts, OperatorViews::host),
                "ranges", all(seen, Inspection::ranges, OperatorViews::rangeUse),
                "members", all(seen, Inspection::storeMembers, OperatorViews::member),
                "findings", all(seen, found, view -> findings(view, view.self() ? own : List.of())));
    }

    private static <T> List<Map<String, Object>> all(
            Optional<Inspection> seen, Function<Inspection, List<T>> views, Function<T, Map<String, Object>> form) {
        return seen.map(views).orElse(List.of()).stream().map(form).toList();
    }

    private static Map<String, Object> member(StoreHealth.Member member) {
        return object(
                "endpoint", member.endpoint(),
                "role", member.role().name().toLowerCase(Locale.ROOT),
                "latencyMicros", member.latency().map(latency -> latency.toNanos() / 1000),
                "problem", member.problem());
    }

    private static Map<String, Object> quarantined(QuarantineView view) {
        return object(
                "address", view.address(),
                "pool", view.pool(),
                "mac", view.mac(),
                "host", view.host(),
                "since", view.since(),
                "seen", view.seen());
    }

    private static Map<String, Object> check(ReadinessCheck check) {
        return object("check", check.name(), "ready", check.ready(), "message", check.sentence());
    }

    private static Map<String, Object> findings(HostFindings view, List<Finding> more) {
        return object(
                "host", view.host(),
                "status", view.status(),
                "self", view.self(),
                "found", view.found(),
                "age", view.age(),
                "findings",
                        sorted(view.findings(), more).stream()
                                .map(OperatorViews::finding)
                                .toList());
    }

    private static List<Finding> sorted(List<Finding> some, List<Finding> more) {
        return Stream.concat(some.stream(), more.stream())
                .sorted(Comparator.comparing(Finding::severity))
                .toList();
    }

    private static Map<String, Object> events(Inspection inspection, @Nullable String after) {
        try {
            return list("events", inspection.events(after == null ? 0 : Long.parseLong(after)), OperatorViews::event);
        } catch (NumberFormatException e) {
            throw new PatchbayException(
                    PatchbayException.Kind.INVALID, "after \"" + after + "\" is no event's number", e);
        }
    }

    /** What {@code /v1/events} would answer, on one line. */
    static String text(List<EventView> events) {
        return new String(Json.write(list("events", events, OperatorViews::event)), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> event(EventView view) {
        return object(
                "number", view.number(),
                "at", view.at(),
                "kind", view.kind(),
                "host", view.host(),
                "subject", view.subject(),
                "message", view.message());
    }

    private static Map<String, Object> export(Inspection inspection, Function<String, @Nullable String> query) {
        BookPage page = inspection.book(Optional.ofNullable(query.apply("after")));
        return object(
                "complete",
                page.complete(),
                "records",
                page.records().stream()
                        .map(entry -> object("key", entry.key(), "json", entry.json()))
                        .toList());
    }

    private static Map<String, Object> find(Inspection inspection, Function<String, @Nullable String> query) {
        String text = query.apply("text");
        FoundClaims found = inspection.find(text == null ? "" : text, most(query.apply("most")));
        return object(
                "claims", found.claims().stream().map(OperatorViews::claim).toList(), "total", found.total());
    }

    private static int most(@Nullable String text) {
        if (text == null) {
            return FOUND;
        }
        try {
            int most = Integer.parseInt(text);
            if (most >= 1 && most <= MOST_FOUND) {
                return most;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new PatchbayException(
                PatchbayException.Kind.INVALID, "most \"" + text + "\" is no number from 1 to " + MOST_FOUND);
    }

    private static Map<String, Object> why(Inspection inspection, Function<String, @Nullable String> query) {
        String text = String.valueOf(query.apply("address"));
        IpAddress address;
        try {
            address = IpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new PatchbayException(
                    PatchbayException.Kind.INVALID, "address \"" + text + "\" is none: " + e.getMessage(), e);
        }
        List<AddressView> views = inspection.why(address, Optional.ofNullable(query.apply("segment")));
        return object(
                "message", views.stream().map(AddressView::message).toList(),
                "addresses", views.stream().map(OperatorViews::address).toList());
    }

    private static Map<String, Object> address(AddressView view) {
        return object(
                "address", view.address(),
                "pool", view.pool(),
                "standing", view.standing(),
                "claim", view.claim().map(OperatorViews::claim),
                "message", view.message());
    }

    private static Map<String, Object> host(HostView view) {
        return object(
                "host", view.host(),
                "status", view.status(),
                "self", view.self(),
                "version", view.version(),
                "bridges", view.bridges(),
                "uplinks", view.uplinks(),
                "addresses", view.addresses(),
                "networks", view.networks(),
                "endpoints", view.endpoints(),
                "claims", view.claims(),
                "answering", view.answering(),
                "lastSeen", view.lastSeen(),
                "missedSeconds", view.missedSeconds(),
                "started", view.started());
    }

    private static <T> Map<String, Object> list(String name, List<T> views, Function<T, Map<String, Object>> form) {
        return Map.of(name, views.stream().map(form).toList());
    }

    private static Map<String, Object> network(NetworkView view) {
        return object(
                "id", view.id(),
                "name", view.name(),
                "host", view.host(),
                "bridge", view.bridge(),
                "subnets", view.subnets(),
                "ranges", view.ranges().stream().map(OperatorViews::rangeUse).toList(),
                "gateways", view.gateways(),
                "internal", view.internal(),
                "mtu", view.mtu(),
                "endpoints", view.endpoints(),
                "replication", view.replication(),
                "reason", view.reason(),
                "since", view.since());
    }

    private static Map<String, Object> endpoint(EndpointView view) {
        return object(
                "id", view.id(),
                "network", view.network(),
                "networkName", view.networkName(),
                "container", view.container(),
                "host", view.host(),
                "addresses", view.addresses(),
                "mac", view.mac(),
                "link", view.link(),
                "state", view.state(),
                "sandbox", view.sandbox(),
                "since", view.since());
    }

    private static Map<String, Object> pool(PoolView view) {
        Map<String, Object> object = object(
                "pool", view.pool(),
                "subnet", view.subnet(),
                "segment", view.segment(),
                "ranges", view.ranges(),
                "gateways", view.gateways(),
                "users", view.users(),
                "reservedRanges",
                        view.reservedRanges().stream().map(OperatorViews::range).toList());
        object.putAll(use(view.use()));
        // a number here, and text in a range
        object.put(
                "reserved",
                view.use().reserved().min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact());
        object.put(
                "rangeUse",
                view.rangeUse().stream().map(OperatorViews::rangeUse).toList());
        return object;
    }

    private static Map<String, Object> rangeUse(RangeView view) {
        Map<String, Object> object = object("network", view.network(), "pool", view.pool(), "range", view.range());
        object.putAll(use(view.use()));
        return object;
    }

    /** Sizes are text, for an IPv6 pool has more addresses than fit a long. */
    private static Map<String, Object> use(RangeUse use) {
        return object(
                "size", use.size().toString(),
                "used", use.used(),
                "reserved", use.reserved().toString(),
                "held", use.held(),
                "spare", use.spare(),
                "quarantined", use.quarantined(),
                "free", use.free().toString());
    }

    private static Map<String, Object> range(ReservedRange view) {
        return object("range", view.range(), "note", view.note());
    }

    private static Map<String, Object> claim(ClaimView view) {
        return object(
                "pool", view.pool(),
                "address", view.address(),
                "kind", view.kind(),
                "state", view.state(),
                "host", view.host(),
                "endpoint", view.endpoint(),
                "container", view.container(),
                "mac", view.mac(),
                "since", view.since());
    }

    private static Map<String, Object> finding(Finding finding) {
        return object(
                "check", finding.check(),
                "severity", finding.severity().name().toLowerCase(Locale.ROOT),
                "subject", finding.subject(),
                "message", finding.message(),
                "advice", finding.advice());
    }

    static Map<String, Object> version(Identity identity) {
        return object(
                "version", identity.version(),
                "host", identity.host(),
                "store", identity.store(),
                "started", identity.started().toString(),
                "java", Runtime.version().toString());
    }

    static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }
}
