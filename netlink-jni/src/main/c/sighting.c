// SPDX-License-Identifier: Apache-2.0
#include "sighting.h"

#include <linux/if_ether.h>
#include <string.h>

#include "dhcp.h"

#define IP 14
#define ICMP6 58
#define SOLICITATION 135

static const uint8_t nobody[16];

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

static bool offers(const uint8_t *frame, size_t len, struct sighting *s)
{
	struct dhcp_message m;
	const uint8_t *address = NULL;

	if (!dhcp_read(frame, len, &m))
		return false;
	*s = (struct sighting){.kind = SIGHTING_OFFER, .len = 4};
	if (m.is_reply && (m.type == DHCP_OFFER || m.type == DHCP_ACK)) {
		address = m.yours;
		memcpy(s->mac, frame + 6, 6);
	} else if (!m.is_reply && m.type == DHCP_REQUEST) {
		address = m.asked;
	}
	if (!address || !m.server || memcmp(address, nobody, 4) == 0)
		return false;
	memcpy(s->address, address, 4);
	memcpy(s->server, m.server, 4);
	return true;
}

bool frame_sights(const uint8_t *frame, size_t len, struct sighting *s)
{
	struct said said;

	if (frame_says(frame, len, &said) || asks(frame, len, &said))
		return told(frame, s, &said);
	return offers(frame, len, s);
}
