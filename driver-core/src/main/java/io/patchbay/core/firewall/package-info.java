/** The port to this host's firewall. */
@NullMarked
package io.patchbay.core.firewall;

import org.jspecify.annotations.NullMarked;
