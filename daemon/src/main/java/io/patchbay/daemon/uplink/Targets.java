package io.patchbay.daemon.uplink;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.daemon.settings.StoreAddress;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Who is asked before and after. */
final class Targets {
    private Targets() {}

    /** The gateways of a link, etcd's members, and those of {@code hosts} that are on the link's own LAN. */
    static List<Look.Target> of(Picture picture, StoreAddress store, Collection<IpAddress> hosts) {
        Set<Look.Target> targets = new LinkedHashSet<>();
        Set<IpAddress> stations = new LinkedHashSet<>();
        for (KernelLine route : picture.routes()) {
            stations.addAll(route.gateways());
        }
        stations.forEach(gateway -> targets.add(new Look.Target("gateway", gateway.toString(), 0)));
        if (store instanceof StoreAddress.Etcd etcd) {
            etcd.members().forEach(member -> targets.add(new Look.Target("etcd", member.host(), member.port())));
        }
        hosts.stream()
                .filter(host -> !stations.contains(host) && isBeside(picture, host))
                .forEach(host -> targets.add(new Look.Target("host", host.toString(), 0)));
        return List.copyOf(targets);
    }

    private static boolean isBeside(Picture picture, IpAddress host) {
        return picture.addresses().stream().noneMatch(a -> a.local().equals(host))
                && picture.addresses().stream()
                        .anyMatch(a -> new Cidr(a.local(), a.prefix()).subnet().contains(host));
    }
}
