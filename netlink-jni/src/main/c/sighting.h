/* SPDX-License-Identifier: Apache-2.0 */
/* Who says on the LAN that he has an address, or gives one away. Reads frames in a caller's buffer;
 * no system call, no allocation. */
#ifndef PATCHBAY_SIGHTING_H
#define PATCHBAY_SIGHTING_H

#include "frame.h"

enum {
	SIGHTING_STATION = 1, /* whoever has the MAC says that it has the address */
	SIGHTING_OFFER = 2,   /* the DHCP server gives the address to somebody */
	SIGHTING_ANSWER = 3,  /* as a station, but said to one alone, who has asked */
};

struct sighting {
	uint8_t kind;
	uint8_t len;    /* of the address, 4 or 16 */
	uint8_t mac[6]; /* of an offer the server's or its relay's; zero where its client tells of
			   it */
	uint8_t address[16];
	uint8_t server[4]; /* of an offer */
};

/*
 * False when the frame says nothing of that: no ARP message with a sender's address, no neighbour
 * advertisement, no solicitation from an address, no DHCPOFFER, DHCPACK, nor a DHCPREQUEST that
 * says whose offer was taken; or a broken one.
 */
bool frame_sights(const uint8_t *frame, size_t len, struct sighting *s);

#endif
