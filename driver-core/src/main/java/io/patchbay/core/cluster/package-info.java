/** The hosts that share a store: who is there, and what becomes of what a dead one held. */
@NullMarked
package io.patchbay.core.cluster;

import org.jspecify.annotations.NullMarked;
