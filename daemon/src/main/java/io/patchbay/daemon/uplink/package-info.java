/** Making a bridge of a host's NIC, with a way back. */
@NullMarked
package io.patchbay.daemon.uplink;

import org.jspecify.annotations.NullMarked;
