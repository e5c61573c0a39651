/**
 * What the driver asks of the Docker engine of its host: the port {@link io.patchbay.core.engine.Engine} and what goes
 * through it.
 */
@NullMarked
package io.patchbay.core.engine;

import org.jspecify.annotations.NullMarked;
