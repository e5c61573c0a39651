/** Endpoints: a container's place on a network. */
@NullMarked
package io.patchbay.core.endpoint;

import org.jspecify.annotations.NullMarked;
