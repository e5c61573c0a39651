/** What is kept: the records, their JSON, and the keys they lie under. */
@NullMarked
package io.patchbay.core.record;

import org.jspecify.annotations.NullMarked;
