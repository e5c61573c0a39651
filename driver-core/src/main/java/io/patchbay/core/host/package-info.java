/** What one host does on its own: announcing, forwarding, reconciling. */
@NullMarked
package io.patchbay.core.host;

import org.jspecify.annotations.NullMarked;
