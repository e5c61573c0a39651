/** A daemon that ends anywhere, and what the next one makes of what it left. */
@NullMarked
package io.patchbay.core.crash;

import org.jspecify.annotations.NullMarked;
