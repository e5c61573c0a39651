/** The local replica of what is kept, how it is changed, and how a host goes on while a shared store is away. */
@NullMarked
package io.patchbay.core.state;

import org.jspecify.annotations.NullMarked;
