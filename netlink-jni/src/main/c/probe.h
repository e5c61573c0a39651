/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the LAN who has an address, without having one. */
#ifndef PATCHBAY_PROBE_H
#define PATCHBAY_PROBE_H

#include "announce.h"

#define PROBE_LIMIT 64
#define PROBE_SOCKETS 2

struct probed {
	uint8_t answered;
	uint8_t mac[6];
};

/* Sends three probes for each address out of the bridge within that time and fills in who answered;
 * returns when it is over or all have answered. At most PROBE_LIMIT addresses. Whatever it returns,
 * fds is for probe_close. */
int probe_run(int32_t bridge, const uint8_t mac[6], const struct announced *asked, size_t count,
	      int32_t timeout_ms, struct probed *answers, int fds[PROBE_SOCKETS]);

/* Takes 10 to 50 ms for each socket: the kernel waits out its readers (packet_release of
 * net/packet/af_packet.c). */
void probe_close(const int fds[PROBE_SOCKETS]);

#endif
