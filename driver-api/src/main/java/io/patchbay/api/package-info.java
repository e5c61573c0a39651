/** What dockerd and operators reach: libnetwork's remote driver protocol on a unix socket, and read-only HTTP. */
@NullMarked
package io.patchbay.api;

import org.jspecify.annotations.NullMarked;
