/** What libnetwork calls, as the driver answers it: its address half and its network half. */
@NullMarked
package io.patchbay.core.contract;

import org.jspecify.annotations.NullMarked;
