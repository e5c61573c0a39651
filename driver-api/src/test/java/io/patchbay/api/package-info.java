/** Tests of what dockerd and operators reach, over real sockets. */
@NullMarked
package io.patchbay.api;

import org.jspecify.annotations.NullMarked;
