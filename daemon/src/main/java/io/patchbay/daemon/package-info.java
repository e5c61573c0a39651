/** The program: main, the wiring of all parts, and what it waits for. */
@NullMarked
package io.patchbay.daemon;

import org.jspecify.annotations.NullMarked;
