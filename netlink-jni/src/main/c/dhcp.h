/* SPDX-License-Identifier: Apache-2.0 */
/* DHCP messages of the LAN (RFC 2131 and 2132), and the one that asks for an offer; in a caller's
 * buffer, no system call. There is nothing here that takes an offer. */
#ifndef PATCHBAY_DHCP_H
#define PATCHBAY_DHCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ethernet, IP, UDP, and the 300 bytes that the oldest relays want of a message (RFC 1542, 2.1). */
#define DISCOVER_FRAME_SIZE (14 + 20 + 8 + 300)

enum {
	DHCP_OFFER = 2,
	DHCP_REQUEST = 3,
	DHCP_ACK = 5,
};

/* A message of a server or a client. Its pointers are into the frame that was read. */
struct dhcp_message {
	bool is_reply;         /* a server's; else a client's request */
	uint8_t type;          /* 0 if it is not said */
	const uint8_t *xid;    /* 4 bytes */
	const uint8_t *yours;  /* the client's address */
	const uint8_t *asked;  /* the address that a client asks for, or NULL */
	const uint8_t *server; /* in a reply the sender if it is not named; else NULL */
};

/* False if the frame is neither from a server nor to one, or a broken one. */
bool dhcp_read(const uint8_t *frame, size_t len, struct dhcp_message *m);

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
