/** The failures of the driver; every decision lives below this package. */
@NullMarked
package io.patchbay.core;

import org.jspecify.annotations.NullMarked;
