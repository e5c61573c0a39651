/** What the operator can set, where it comes from, and what is wrong with it. */
@NullMarked
package io.patchbay.daemon.settings;

import org.jspecify.annotations.NullMarked;
