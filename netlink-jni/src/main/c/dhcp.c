// SPDX-License-Identifier: Apache-2.0
#include "dhcp.h"

#include <linux/if_ether.h>
#include <string.h>

#define IP 14
#define IP_SIZE 20
#define UDP_SIZE 8
#define UDP 17
#define SERVER_PORT 67
#define CLIENT_PORT 68

/* Places in a message. */
#define XID 4
#define FLAGS 10
#define YOUR_ADDRESS 16
#define CLIENT 28
#define COOKIE 236
#define OPTIONS 240

#define BROADCAST 0x80
#define REQUEST 1
#define REPLY 2
#define OPTION_ASKED 50
#define OPTION_TYPE 53
#define OPTION_SERVER 54
#define OPTION_END 255

static const uint8_t cookie[4] = {99, 130, 83, 99};
/* It is a discover; mask, router, lease time and server are wanted; the end. */
static const uint8_t wanted[] = {53, 1, 1, 55, 4, 1, 3, 51, 54, OPTION_END};
static const uint8_t nobody[4];

static void put16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)(value & 0xff);
}

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)((at[0] << 8) | at[1]);
}

static void put_xid(uint8_t *at, uint32_t xid)
{
	put16(at, xid >> 16);
	put16(at + 2, xid & 0xffff);
}

static void ip_sum(uint8_t *ip)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < IP_SIZE; i += 2)
		sum += get16(ip + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(ip + 10, (uint16_t)~sum);
}

void dhcp_discover_frame(uint8_t frame[DISCOVER_FRAME_SIZE], const uint8_t from[6],
			 const uint8_t client[6], uint32_t xid)
{
	uint8_t *ip = frame + IP;
	uint8_t *udp = ip + IP_SIZE;
	uint8_t *message = udp + UDP_SIZE;

	memset(frame, 0, DISCOVER_FRAME_SIZE);
	memset(frame, 0xff, ETH_ALEN);
	memcpy(frame + ETH_ALEN, from, ETH_ALEN);
	put16(frame + 12, ETH_P_IP);
	ip[0] = 0x45;
	put16(ip + 2, DISCOVER_FRAME_SIZE - IP);
	ip[8] = 64;
	ip[9] = UDP;
	memset(ip + 16, 0xff, 4);
	ip_sum(ip);
	/* Its sum may be left out in IPv4. */
	put16(udp, CLIENT_PORT);
	put16(udp + 2, SERVER_PORT);
	put16(udp + 4, DISCOVER_FRAME_SIZE - IP - IP_SIZE);
	message[0] = REQUEST;
	message[1] = 1; /* Ethernet */
	message[2] = ETH_ALEN;
	put_xid(message + XID, xid);
	message[FLAGS] = BROADCAST;
	memcpy(message + CLIENT, client, ETH_ALEN);
	memcpy(message + COOKIE, cookie, sizeof(cookie));
	memcpy(message + OPTIONS, wanted, sizeof(wanted));
}

/* The UDP datagram of a frame, unless it is a fragment or cut off. */
static const uint8_t *udp_of(const uint8_t *frame, size_t len)
{
	const uint8_t *ip = frame + IP;
	size_t head;

	if (len < IP + IP_SIZE || get16(frame + 12) != ETH_P_IP || (ip[0] & 0xf0) != 0x40)
		return NULL;
	head = (size_t)(ip[0] & 0x0f) * 4;
	if (head < IP_SIZE || ip[9] != UDP || (get16(ip + 6) & 0x1fff))
		return NULL;
	return len < IP + head + UDP_SIZE + OPTIONS ? NULL : ip + head;
}

static void read_options(struct dhcp_message *m, const uint8_t *at, const uint8_t *end)
{
	while (at < end && *at != OPTION_END) {
		if (*at == 0) {
			at++;
			continue;
		}
		if (end - at < 2 || end - at - 2 < at[1])
			break;
		if (*at == OPTION_TYPE && at[1] == 1)
			m->type = at[2];
		else if (*at == OPTION_SERVER && at[1] == 4)
			m->server = at + 2;
		else if (*at == OPTION_ASKED && at[1] == 4)
			m->asked = at + 2;
		at += 2 + at[1];
	}
}

bool dhcp_read(const uint8_t *frame, size_t len, struct dhcp_message *m)
{
	const uint8_t *udp = udp_of(frame, len);
	const uint8_t *message;

	if (!udp)
		return false;
	message = udp + UDP_SIZE;
	if (memcmp(message + COOKIE, cookie, sizeof(cookie)) != 0)
		return false;
	*m = (struct dhcp_message){.xid = message + XID, .yours = message + YOUR_ADDRESS};
	if (message[0] == REPLY && get16(udp) == SERVER_PORT) {
		m->is_reply = true;
		m->server = frame + IP + 12;
	} else if (message[0] != REQUEST || get16(udp + 2) != SERVER_PORT) {
		return false;
	}
	read_options(m, message + OPTIONS, frame + len);
	return true;
}

bool dhcp_offers(const uint8_t *frame, size_t len, uint32_t xid, struct dhcp_offer *offer)
{
	struct dhcp_message m;
	uint8_t asked[4];

	put_xid(asked, xid);
	if (!dhcp_read(frame, len, &m) || !m.is_reply || m.type != DHCP_OFFER ||
	    memcmp(m.xid, asked, sizeof(asked)) != 0 ||
	    memcmp(m.yours, nobody, sizeof(nobody)) == 0)
		return false;
	memcpy(offer->address, m.yours, 4);
	memcpy(offer->server, m.server, 4);
	return true;
}
