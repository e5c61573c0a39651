/** Docker's firewall rules on this host, through iptables. */
@NullMarked
package io.patchbay.daemon.firewall;

import org.jspecify.annotations.NullMarked;
