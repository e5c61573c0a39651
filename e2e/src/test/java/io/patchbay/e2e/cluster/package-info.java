/** Several hosts, one etcd cluster, one LAN; what is true of addresses is taken from the switch. */
@NullMarked
package io.patchbay.e2e.cluster;

import org.jspecify.annotations.NullMarked;
