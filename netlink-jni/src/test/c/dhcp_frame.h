/* SPDX-License-Identifier: Apache-2.0 */
/* DHCP messages as RFC 2131 and 2132 have them, for tests and as seeds. */
#ifndef PATCHBAY_DHCP_FRAME_H
#define PATCHBAY_DHCP_FRAME_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define DHCP_FRAME_SIZE 312

struct dhcp {
	uint8_t type;           /* 2 offer, 3 request, 5 ack */
	const uint8_t *from;    /* MAC */
	const uint8_t *source;  /* IPv4, of the datagram */
	const uint8_t *address; /* offered, or asked for */
	const uint8_t *server;  /* option 54; NULL: left out */
};

static inline uint8_t *dhcp_option(uint8_t *at, uint8_t code, const uint8_t *value, uint8_t len)
{
	at[0] = code;
	at[1] = len;
	memcpy(at + 2, value, len);
	return at + 2 + len;
}

/* A firewall on the bridge drops what has a wrong one (br_netfilter). */
static inline void dhcp_ip_sum(uint8_t ip[20])
{
	uint32_t sum = 0;
	int i;

	ip[10] = ip[11] = 0;
	for (i = 0; i < 20; i += 2)
		sum += ((uint32_t)ip[i] << 8) | ip[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	ip[10] = (uint8_t)(sum >> 8);
	ip[11] = (uint8_t)sum;
}

static inline size_t dhcp_frame(uint8_t frame[DHCP_FRAME_SIZE], const struct dhcp *m)
{
	uint8_t request = m->type == 3;
	uint8_t *ip = frame + 14;
	uint8_t *udp = ip + 20;
	uint8_t *dhcp = udp + 8;
	uint8_t *at = dhcp + 240;

	memset(frame, 0, DHCP_FRAME_SIZE);
	memset(frame, 0xff, 6);
	memcpy(frame + 6, m->from, 6);
	frame[12] = 0x08;
	ip[0] = 0x45;
	ip[2] = (DHCP_FRAME_SIZE - 14) >> 8;
	ip[3] = (DHCP_FRAME_SIZE - 14) & 0xff;
	ip[8] = 64;
	ip[9] = 17;
	memcpy(ip + 12, m->source, 4);
	memset(ip + 16, 0xff, 4);
	dhcp_ip_sum(ip);
	udp[1] = request ? 68 : 67;
	udp[3] = request ? 67 : 68;
	udp[4] = (DHCP_FRAME_SIZE - 34) >> 8;
	udp[5] = (DHCP_FRAME_SIZE - 34) & 0xff;
	dhcp[0] = request ? 1 : 2;
	dhcp[1] = 1;
	dhcp[2] = 6;
	if (!request)
		memcpy(dhcp + 16, m->address, 4);
	memcpy(dhcp + 236, (const uint8_t[4]){0x63, 0x82, 0x53, 0x63}, 4);
	*at++ = 0; /* padding may stand anywhere */
	at = dhcp_option(at, 53, &m->type, 1);
	if (request)
		at = dhcp_option(at, 50, m->address, 4);
	if (m->server)
		at = dhcp_option(at, 54, m->server, 4);
	*at = 255;
	return DHCP_FRAME_SIZE;
}

#endif
