/** What a refusal or a fault is, for every layer. */
@NullMarked
package io.patchbay.core.failure;

import org.jspecify.annotations.NullMarked;
