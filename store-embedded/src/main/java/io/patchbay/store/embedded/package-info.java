/**
 * The store for one host: a commit log for small synced writes, and a snapshot of what it had when it was shortened.
 */
@NullMarked
package io.patchbay.store.embedded;

import org.jspecify.annotations.NullMarked;
