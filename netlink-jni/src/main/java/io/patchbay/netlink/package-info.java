/** The port {@code Links} over rtnetlink: a small C library and its Java half. */
@NullMarked
package io.patchbay.netlink;

import org.jspecify.annotations.NullMarked;
