package io.patchbay.core.host;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What operators see of the driver: tables of its state, and findings. Read from memory, so it is quick and may lag by one change. */
public interface Inspection {

    List<NetworkView> networks();

    List<EndpointView> endpoints();

    List<PoolView> pools();

    List<ClaimView> claims();

    /** Looks at this host now, some tens of milliseconds; worst findings first. */
    List<Finding> doctor();

    /** What the reconciler has found and repaired since start, by the repair's name. */
    Map<String, Long> repairs();

    /** Announcements sent to the LAN since start. */
    long announcements();

    /** What is kept or waits in the kernel, by name: {@code links}, {@code foreign_links}, ... for gauges. */
    Map<String, Long> gauges();

    record NetworkView(
            String id,
            String host,
            String bridge,
            List<String> subnets,
            List<String> gateways,
            boolean internal,
            Optional<Integer> mtu,
            int endpoints,
            String since) {}

    record EndpointView(
            String id,
            String network,
            String host,
            List<String> addresses,
            String mac,
            String link,
            String state,
            Optional<String> sandbox,
            String since) {}

    /**
     * How full a pool is. Sizes are decimal numbers as text, for an IPv6 pool has more than fits a long.
     *
     * @param size addresses that can be given at all
     * @param used claimed by endpoints, held ones included
     * @param reserved gateway, aux and reserved addresses
     * @param held released a short while ago and kept for their host
     */
    record PoolView(
            String pool,
            String subnet,
            String segment,
            List<String> ranges,
            List<String> gateways,
            int users,
            String size,
            long used,
            long reserved,
            long held,
            String free) {}

    record ClaimView(
            String pool,
            String address,
            String kind,
            String state,
            Optional<String> host,
            Optional<String> endpoint,
            Optional<String> mac,
            String since) {}

    /**
     * One thing looked at.
     *
     * @param check a stable short name such as {@code bridge-uplink}
     * @param subject what was looked at, such as {@code br0}
     * @param message what was seen, one sentence
     * @param advice what to do, with the command; empty when all is well
     */
    record Finding(String check, Severity severity, String subject, String message, String advice) {}

    enum Severity {
        FAIL,
        WARN,
        OK
    }
}
