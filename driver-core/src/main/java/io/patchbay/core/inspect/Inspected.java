package io.patchbay.core.inspect;

import io.patchbay.core.cluster.Cluster;
import io.patchbay.core.endpoint.Announcer;
import io.patchbay.core.ipam.Claims;
import io.patchbay.core.link.Links;
import io.patchbay.core.repair.Reconciler;
import io.patchbay.core.state.State;

/** The parts of the driver that operators look at. */
public record Inspected(
        State state,
        String host,
        Links links,
        Claims claims,
        Reconciler reconciler,
        Announcer announcer,
        Cluster cluster,
        ConflictViews conflicts) {}
