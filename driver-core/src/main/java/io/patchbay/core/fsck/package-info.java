/** Whether the store, this host's kernel, its engine and the LAN agree, and what is done where they do not. */
@NullMarked
package io.patchbay.core.fsck;

import org.jspecify.annotations.NullMarked;
