/** Work that nobody waits for. */
@NullMarked
package io.patchbay.core.work;

import org.jspecify.annotations.NullMarked;
