package io.patchbay.core.testkit;

import io.patchbay.core.ipam.AutoRange;
import io.patchbay.core.testkit.World.Sharing;
import java.util.List;

/** What a host is like; {@code stepwise}: nothing happens in the background but what {@link World#background} does. */
record WorldKind(List<AutoRange> autoPools, int reserve, boolean stepwise, Sharing sharing, boolean global) {}
