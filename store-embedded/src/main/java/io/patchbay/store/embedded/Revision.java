package io.patchbay.store.embedded;

import java.util.List;

/** A committed transaction: its number and what it changed, at least one key. */
record Revision(long number, List<Write> writes) {}
