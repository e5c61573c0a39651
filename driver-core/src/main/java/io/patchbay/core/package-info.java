/** The driver as a whole: its wiring, its verbs, its schedule. */
@NullMarked
package io.patchbay.core;

import org.jspecify.annotations.NullMarked;
