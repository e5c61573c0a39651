/** The store for one host: an MVStore file for the state, and a commit log in front of it for small synced writes. */
@NullMarked
package io.patchbay.store.embedded;

import org.jspecify.annotations.NullMarked;
