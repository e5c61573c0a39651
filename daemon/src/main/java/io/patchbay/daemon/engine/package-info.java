/** The port {@link io.patchbay.core.engine.Engine} on Docker's own API. */
@NullMarked
package io.patchbay.daemon.engine;

import org.jspecify.annotations.NullMarked;
