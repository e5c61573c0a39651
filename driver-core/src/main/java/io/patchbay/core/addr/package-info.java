/** Addresses of the LAN: IP, prefix, range, MAC. */
@NullMarked
package io.patchbay.core.addr;

import org.jspecify.annotations.NullMarked;
