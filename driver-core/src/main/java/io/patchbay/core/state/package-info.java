/** The records that are kept in the store, and the local replica of them. */
@NullMarked
package io.patchbay.core.state;

import org.jspecify.annotations.NullMarked;
