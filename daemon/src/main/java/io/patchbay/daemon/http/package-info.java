/** A small HTTP client on unix sockets. */
@NullMarked
package io.patchbay.daemon.http;

import org.jspecify.annotations.NullMarked;
