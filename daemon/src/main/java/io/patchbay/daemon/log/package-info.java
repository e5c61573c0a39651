/** Log lines on standard error. */
@NullMarked
package io.patchbay.daemon.log;

import org.jspecify.annotations.NullMarked;
