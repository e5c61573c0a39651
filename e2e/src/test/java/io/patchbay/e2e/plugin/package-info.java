/** The managed plugin as it was built, on real engines: alone, in a swarm of three nodes, and as docs/swarm.md says. */
@NullMarked
package io.patchbay.e2e.plugin;

import org.jspecify.annotations.NullMarked;
