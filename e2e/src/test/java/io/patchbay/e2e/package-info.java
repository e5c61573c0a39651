/** Tests of the finished daemon under a real dockerd, one class per subject. */
@NullMarked
package io.patchbay.e2e;

import org.jspecify.annotations.NullMarked;
