/** Programs of this host that the daemon and its commands run. */
@NullMarked
package io.patchbay.daemon.tool;

import org.jspecify.annotations.NullMarked;
