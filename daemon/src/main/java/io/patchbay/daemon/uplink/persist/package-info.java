/** What configures the host's network at a boot: who it is, and what is to be written for it. */
@NullMarked
package io.patchbay.daemon.uplink.persist;

import org.jspecify.annotations.NullMarked;
