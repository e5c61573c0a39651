/** Small helpers that the tests of every module share. */
@NullMarked
package io.patchbay.core.testkit;

import org.jspecify.annotations.NullMarked;
