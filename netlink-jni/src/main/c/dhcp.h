/* SPDX-License-Identifier: Apache-2.0 */
/* A DHCPDISCOVER and what is offered in answer to it (RFC 2131), in a caller's buffer; no system
 * call. There is nothing here that takes an offer. */
#ifndef PATCHBAY_DHCP_H
#define PATCHBAY_DHCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ethernet, IP, UDP, and the 300 bytes that the oldest relays want of a message (RFC 1542, 2.1). */
#define DISCOVER_FRAME_SIZE (14 + 20 + 8 + 300)

struct dhcp_offer {
	uint8_t address[4];
	uint8_t server[4];
};

/* Sent from that MAC, on behalf of a client with another one, and to be answered to everybody. */
void dhcp_discover_frame(uint8_t frame[DISCOVER_FRAME_SIZE], const uint8_t from[6],
			 const uint8_t client[6], uint32_t xid);

/* False if the frame is no DHCPOFFER for that question, or a broken one. */
bool dhcp_offers(const uint8_t *frame, size_t len, uint32_t xid, struct dhcp_offer *offer);

#endif
