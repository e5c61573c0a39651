/** What others on the LAN say about addresses: who speaks for one of ours, and which DHCP server gives them away. */
@NullMarked
package io.patchbay.core.conflict;

import org.jspecify.annotations.NullMarked;
