package io.patchbay.api;

import io.patchbay.core.host.Inspection;
import io.patchbay.core.host.Inspection.ClaimView;
import io.patchbay.core.host.Inspection.EndpointView;
import io.patchbay.core.host.Inspection.Finding;
import io.patchbay.core.host.Inspection.NetworkView;
import io.patchbay.core.host.Inspection.PoolView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The JSON of {@code /v1}: field names are lower camel case and stay; what is absent is null; a list lies in a field of its own name. */
final class OperatorViews {
    static final Map<String, Function<Inspection, Map<String, Object>>> BY_PATH = Map.of(
            "/v1/networks", inspection -> list("networks", inspection.networks(), OperatorViews::network),
            "/v1/endpoints", inspection -> list("endpoints", inspection.endpoints(), OperatorViews::endpoint),
            "/v1/pools", inspection -> list("pools", inspection.pools(), OperatorViews::pool),
            "/v1/claims", inspection -> list("claims", inspection.claims(), OperatorViews::claim),
            "/v1/doctor", inspection -> list("findings", inspection.doctor(), OperatorViews::finding));

    private OperatorViews() {}

    private static <T> Map<String, Object> list(String name, List<T> views, Function<T, Map<String, Object>> form) {
        return Map.of(name, views.stream().map(form).toList());
    }

    private static Map<String, Object> network(NetworkView view) {
        return object(
                "id", view.id(),
                "host", view.host(),
                "bridge", view.bridge(),
                "subnets", view.subnets(),
                "gateways", view.gateways(),
                "internal", view.internal(),
                "mtu", view.mtu(),
                "endpoints", view.endpoints(),
                "since", view.since());
    }

    private static Map<String, Object> endpoint(EndpointView view) {
        return object(
                "id", view.id(),
                "network", view.network(),
                "host", view.host(),
                "addresses", view.addresses(),
                "mac", view.mac(),
                "link", view.link(),
                "state", view.state(),
                "sandbox", view.sandbox(),
                "since", view.since());
    }

    private static Map<String, Object> pool(PoolView view) {
        return object(
                "pool", view.pool(),
                "subnet", view.subnet(),
                "segment", view.segment(),
                "ranges", view.ranges(),
                "gateways", view.gateways(),
                "users", view.users(),
                "size", view.size(),
                "used", view.used(),
                "reserved", view.reserved(),
                "held", view.held(),
                "free", view.free());
    }

    private static Map<String, Object> claim(ClaimView view) {
        return object(
                "pool", view.pool(),
                "address", view.address(),
                "kind", view.kind(),
                "state", view.state(),
                "host", view.host(),
                "endpoint", view.endpoint(),
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

    private static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }
}
