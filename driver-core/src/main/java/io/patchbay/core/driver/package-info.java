/** The driver as a whole: its wiring, its verbs, its schedule. */
@NullMarked
package io.patchbay.core.driver;

import org.jspecify.annotations.NullMarked;
