// SPDX-License-Identifier: Apache-2.0
#include "sighting.h"

#include <linux/if_ether.h>
#include <string.h>

#define IP 14
#define IP_SIZE 20
#define UDP 17
#define UDP_SIZE 8
#define ICMP6 58
#define SOLICITATION 135

/* DHCP, RFC 2131 and 2132. */
#define SERVER_PORT 67
#define FIXED_SIZE 240
#define REQUEST 1
#define REPLY 2
#define YOUR_ADDRESS 16
#define COOKIE 236
#define ASKED_ADDRESS 50
#define TYPE 53
#define SERVER 54
#define TYPE_OFFER 2
#define TYPE_REQUEST 3
#define TYPE_ACK 5

static const uint8_t nobody[16];
static const uint8_t cookie[4] = {99, 130, 83, 99};

static uint16_t word(const uint8_t *at)
{
	return (uint16_t)((at[0] << 8) | at[1]);
}

static bool is_station(const uint8_t mac[6])
{
	return !(mac[0] & 1) && memcmp(mac, nobody, 6) != 0;
}

static bool told(const uint8_t *frame, struct sighting *s, const struct said *said)
{
	uint8_t kind = frame[0] & 1 ? SIGHTING_STATION : SIGHTING_ANSWER;

	if (memcmp(said->address, nobody, said->len) == 0 || !is_station(said->mac))
		return false;
	*s = (struct sighting){.kind = kind, .len = said->len};
	memcpy(s->address, said->address, said->len);
	memcpy(s->mac, said->mac, 6);
	return true;
}

/* Who asks for a neighbour says from which address. */
static bool asks(const uint8_t *frame, size_t len, struct said *said)
{
	const uint8_t *ip = frame + IP;

	if (len < NS_FRAME_SIZE || word(frame + 12) != ETH_P_IPV6 || (ip[0] & 0xf0) != 0x60 ||
	    ip[6] != ICMP6 || ip[7] != 255 || ip[40] != SOLICITATION)
		return false;
	said->len = 16;
	memcpy(said->address, ip + 8, 16);
	memcpy(said->mac, frame + 6, 6);
	return true;
}

/* What matters of a DHCP message's options. */
struct options {
	uint8_t type;
	const uint8_t *server;
	const uint8_t *asked;
};

static struct options options_of(const uint8_t *at, const uint8_t *end)
{
	struct options o = {.type = 0};

	while (at < end && *at != 255) {
		size_t len;

		if (*at == 0) {
			at++;
			continue;
		}
		if (end - at < 2 || end - at - 2 < at[1])
			break;
		len = at[1];
		if (*at == TYPE && len == 1)
			o.type = at[2];
		else if (*at == SERVER && len == 4)
			o.server = at + 2;
		else if (*at == ASKED_ADDRESS && len == 4)
			o.asked = at + 2;
		at += 2 + len;
	}
	return o;
}

/* The UDP datagram of a frame, unless it is a fragment or cut off. */
static const uint8_t *udp_of(const uint8_t *frame, size_t len)
{
	const uint8_t *ip = frame + IP;
	size_t head;

	if (len < IP + IP_SIZE || word(frame + 12) != ETH_P_IP || (ip[0] & 0xf0) != 0x40)
		return NULL;
	head = (size_t)(ip[0] & 0x0f) * 4;
	if (head < IP_SIZE || ip[9] != UDP || (word(ip + 6) & 0x1fff))
		return NULL;
	return len < IP + head + UDP_SIZE + FIXED_SIZE ? NULL : ip + head;
}

static bool offers(const uint8_t *frame, size_t len, struct sighting *s)
{
	const uint8_t *udp = udp_of(frame, len);
	const uint8_t *dhcp;
	const uint8_t *address = NULL;
	const uint8_t *server;
	struct options o;

	if (!udp)
		return false;
	dhcp = udp + UDP_SIZE;
	if (memcmp(dhcp + COOKIE, cookie, sizeof(cookie)) != 0)
		return false;
	o = options_of(dhcp + FIXED_SIZE, frame + len);
	server = o.server;
	*s = (struct sighting){.kind = SIGHTING_OFFER, .len = 4};
	if (word(udp) == SERVER_PORT && dhcp[0] == REPLY &&
	    (o.type == TYPE_OFFER || o.type == TYPE_ACK)) {
		address = dhcp + YOUR_ADDRESS;
		memcpy(s->mac, frame + 6, 6);
		if (!server)
			server = frame + IP + 12;
	} else if (word(udp + 2) == SERVER_PORT && dhcp[0] == REQUEST && o.type == TYPE_REQUEST) {
		address = o.asked;
	}
	if (!address || !server || memcmp(address, nobody, 4) == 0)
		return false;
	memcpy(s->address, address, 4);
	memcpy(s->server, server, 4);
	return true;
}

bool frame_sights(const uint8_t *frame, size_t len, struct sighting *s)
{
	struct said said;

	if (frame_says(frame, len, &said) || asks(frame, len, &said))
		return told(frame, s, &said);
	return offers(frame, len, s);
}
