/** One thing that was looked at, and what was seen. */
@NullMarked
package io.patchbay.core.finding;

import org.jspecify.annotations.NullMarked;
