/** Timers and gauges around the ports. */
@NullMarked
package io.patchbay.daemon.metrics;

import org.jspecify.annotations.NullMarked;
