/** What operators see: tables of what is kept, findings, and why an address is taken. */
@NullMarked
package io.patchbay.core.inspect;

import org.jspecify.annotations.NullMarked;
