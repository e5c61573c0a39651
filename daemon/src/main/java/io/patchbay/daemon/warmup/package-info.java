/** A short life of the daemon on things of its own, from which the class archive is made. */
@NullMarked
package io.patchbay.daemon.warmup;

import org.jspecify.annotations.NullMarked;
