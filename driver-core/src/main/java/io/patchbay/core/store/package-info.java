/** The port to the place where state is kept, and what reads it. */
@NullMarked
package io.patchbay.core.store;

import org.jspecify.annotations.NullMarked;
