/** What a crash left between two steps: found by comparing, and put right. */
@NullMarked
package io.patchbay.core.repair;

import org.jspecify.annotations.NullMarked;
