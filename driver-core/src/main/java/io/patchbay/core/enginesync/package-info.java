/**
 * What goes on between this host's records and its engine, in the background: networks defined on one host are made on
 * the others, names are learned, and what the engine no longer knows is ended.
 */
@NullMarked
package io.patchbay.core.enginesync;

import org.jspecify.annotations.NullMarked;
