/** Chaos: random work on several hosts under random faults, with what must hold looked at all the time. */
@NullMarked
package io.patchbay.e2e.chaos;

import org.jspecify.annotations.NullMarked;
