package io.patchbay.store.embedded;

import io.patchbay.core.store.Store.Entry;

/** An entry and the lease it was put under, or {@link Write#NO_LEASE}. */
record Kept(Entry entry, long lease) {}
