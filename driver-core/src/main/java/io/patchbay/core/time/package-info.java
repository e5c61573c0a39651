/** The time, as the driver is given it. */
@NullMarked
package io.patchbay.core.time;

import org.jspecify.annotations.NullMarked;
