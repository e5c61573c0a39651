package io.patchbay.core.inspect;

import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Inspection.RangeView;
import io.patchbay.core.ipam.RangeUse;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** What {@code doctor} says of the ranges that this host's networks give addresses from. */
final class RangeFindings {
    /** Less than one in so many left is nearly full. */
    private static final BigInteger PART = BigInteger.TEN;

    private final State state;
    private final RangeViews ranges;
    private final String host;

    RangeFindings(State state, RangeViews ranges, String host) {
        this.state = state;
        this.ranges = ranges;
        this.host = host;
    }

    List<Finding> findings() {
        List<RangeView> all = ranges.ofHost(host);
        List<Finding> findings = new ArrayList<>();
        for (RangeView range : all) {
            BigInteger left = range.use().left();
            if (left.signum() == 0) {
                findings.add(finding(range, Severity.FAIL, "full, so that no container gets an address by itself"));
            } else if (left.multiply(PART).compareTo(range.use().size()) < 0) {
                findings.add(finding(range, Severity.WARN, "nearly full"));
            }
        }
        if (findings.isEmpty() && !all.isEmpty()) {
            findings.add(new Finding("range", Severity.OK, "networks", "every network's range has addresses left", ""));
        }
        state.peekAll(Refs.networksOf(host)).forEach(network -> othersAddresses(network.value(), findings));
        return findings;
    }

    /** Behind a bridge of its own a network has nobody to keep apart from. */
    private static void othersAddresses(NetworkRecord network, List<Finding> findings) {
        List<String> subnets = network.subnets().stream()
                .filter(subnet -> subnet.pool().isEmpty() && !network.ownBridge())
                .map(subnet -> subnet.subnet().toString())
                .toList();
        if (!subnets.isEmpty()) {
            String name = NetworkNames.of(network);
            findings.add(new Finding(
                    "ipam-driver",
                    Severity.WARN,
                    name,
                    "the addresses of network " + name + " in " + String.join(", ", subnets)
                            + " are another IPAM driver's, which knows nothing of other hosts and of the LAN",
                    "make the network again with --ipam-driver patchbay"));
        }
    }

    private static Finding finding(RangeView range, Severity severity, String what) {
        RangeUse use = range.use();
        String network = range.network().isEmpty() ? "a network" : "network " + range.network();
        return new Finding(
                "range",
                severity,
                range.network().isEmpty() ? range.subnet() : range.network(),
                "range " + range.range() + " of " + network + " is " + what + ": of " + use.size() + " addresses, "
                        + use.used() + " are containers', " + use.reserved()
                        + " are gateway, aux, reserved or machines', " + use.quarantined() + " are in quarantine and "
                        + use.left() + " are left",
                "patchbay claims tells whose they are; free what dead hosts hold (patchbay host forget), give a"
                        + " reserved range back (patchbay pool unreserve), or make a further network with a range of"
                        + " its own");
    }
}
