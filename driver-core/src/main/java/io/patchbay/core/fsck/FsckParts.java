package io.patchbay.core.fsck;

import io.patchbay.core.cluster.Cluster;
import io.patchbay.core.endpoint.Endpoints;
import io.patchbay.core.endpoint.HostEnds;
import io.patchbay.core.ipam.Claims;
import io.patchbay.core.ipam.Ipam;
import io.patchbay.core.link.Links;
import io.patchbay.core.network.Networks;
import io.patchbay.core.repair.Reconciler;
import io.patchbay.core.state.State;

/** The parts of the driver that are compared, and that repair. */
public record FsckParts(
        State state,
        String host,
        Links links,
        Claims claims,
        Ipam ipam,
        Networks networks,
        Endpoints endpoints,
        HostEnds hostEnds,
        Cluster cluster,
        Reconciler reconciler) {}
