/* SPDX-License-Identifier: Apache-2.0 */
/* Tells the LAN, and the bridge itself, where a MAC and its addresses are now. */
#ifndef PATCHBAY_ANNOUNCE_H
#define PATCHBAY_ANNOUNCE_H

#include "frame.h"
#include "rt_link.h"

/*
 * Points the bridge's forwarding entry for the MAC at the port, as if it had spoken there. -EEXIST,
 * and nothing changed, if the bridge has the MAC as one that does not move: its own, a port's, or
 * one that somebody fixed. by_vlan: the bridge filters by VLAN and has such entries for each.
 */
int fdb_point(int32_t bridge, int32_t port, bool by_vlan, const uint8_t mac[6],
	      struct rt_words *words);

/*
 * A socket to send by, of the network namespace of who opens it, or -errno. To be kept: the kernel
 * takes 10 to 50 ms to close one.
 */
int announce_open(void);

/* Sends one frame per address out of the link; len is 4 or 16 for each, in order. */
struct announced {
	uint8_t len;
	uint8_t bytes[16];
};
int announce_send(int fd, int32_t bridge, const uint8_t mac[6], const struct announced *addresses,
		  size_t count);

#endif
