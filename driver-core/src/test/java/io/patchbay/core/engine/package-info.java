/** An engine in memory. */
@org.jspecify.annotations.NullMarked
package io.patchbay.core.engine;
