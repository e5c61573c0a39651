/**
 * A LAN with a Docker host, a printer and a switch, driven from tests; what is found there is read from kernel, switch
 * and engine.
 */
@NullMarked
package io.patchbay.e2e.lab;

import org.jspecify.annotations.NullMarked;
