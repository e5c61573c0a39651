/** Address pools and claims: who may use which address. */
@NullMarked
package io.patchbay.core.ipam;

import org.jspecify.annotations.NullMarked;
