/** The port to what this host's kernel has: bridges, veth pairs, routes. */
@NullMarked
package io.patchbay.core.link;

import org.jspecify.annotations.NullMarked;
