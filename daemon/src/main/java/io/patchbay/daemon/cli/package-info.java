/** The patchbay command for people: tables, JSON, doctor. */
@NullMarked
package io.patchbay.daemon.cli;

import org.jspecify.annotations.NullMarked;
