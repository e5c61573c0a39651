// SPDX-License-Identifier: Apache-2.0
#include "frame.h"

#include <linux/if_ether.h>
#include <string.h>

#define ICMP6 58
#define SOLICITATION 135
#define ADVERTISEMENT 136

static const uint8_t everybody[ETH_ALEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
/* ff02::1 and the group address it is sent to (RFC 2464, 7). */
static const uint8_t all_nodes[16] = {0xff, 0x02, [15] = 0x01};
static const uint8_t all_nodes_mac[ETH_ALEN] = {0x33, 0x33, 0, 0, 0, 0x01};
/* Ethernet, IPv4, their lengths. */
static const uint8_t arp_fixed[6] = {0, 1, 0x08, 0x00, 6, 4};

static void ether(uint8_t *frame, const uint8_t *to, const uint8_t *from, uint16_t type)
{
	memcpy(frame, to, ETH_ALEN);
	memcpy(frame + 6, from, ETH_ALEN);
	frame[12] = (uint8_t)(type >> 8);
	frame[13] = (uint8_t)(type & 0xff);
}

void arp_probe_frame(uint8_t frame[ARP_FRAME_SIZE], const uint8_t mac[6], const uint8_t address[4])
{
	memset(frame, 0, ARP_FRAME_SIZE);
	ether(frame, everybody, mac, ETH_P_ARP);
	memcpy(frame + 14, arp_fixed, sizeof(arp_fixed));
	frame[21] = 1; /* request */
	memcpy(frame + 22, mac, 6);
	memcpy(frame + 38, address, 4);
}

void arp_frame(uint8_t frame[ARP_FRAME_SIZE], const uint8_t mac[6], const uint8_t address[4])
{
	arp_probe_frame(frame, mac, address);
	memcpy(frame + 28, address, 4);
}

static uint32_t sum(const uint8_t *data, size_t len, uint32_t so_far)
{
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		so_far += ((uint32_t)data[i] << 8) | data[i + 1];
	return so_far;
}

static uint16_t folded(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* The header, and the message's sum once the message stands behind it. */
static void ip6_head(uint8_t *ip, const uint8_t *from, const uint8_t *to, uint8_t icmp_len)
{
	ip[0] = 0x60;
	ip[5] = icmp_len;
	ip[6] = ICMP6;
	ip[7] = 255; /* a router would have lowered it: the receiver's proof that it is from the
			link */
	memcpy(ip + 8, from, 16);
	memcpy(ip + 24, to, 16);
}

static void icmp6_sum(uint8_t *ip)
{
	uint8_t *icmp = ip + 40;
	uint8_t icmp_len = ip[5];
	uint16_t check = folded(sum(icmp, icmp_len, sum(ip + 8, 32, (uint32_t)icmp_len + ICMP6)));

	icmp[2] = (uint8_t)(check >> 8);
	icmp[3] = (uint8_t)(check & 0xff);
}

void na_frame(uint8_t frame[NA_FRAME_SIZE], const uint8_t mac[6], const uint8_t address[16])
{
	uint8_t *icmp = frame + 54;

	memset(frame, 0, NA_FRAME_SIZE);
	ether(frame, all_nodes_mac, mac, ETH_P_IPV6);
	ip6_head(frame + 14, address, all_nodes, 32);
	icmp[0] = ADVERTISEMENT;
	icmp[4] = 0x20; /* override */
	memcpy(icmp + 8, address, 16);
	icmp[24] = 2; /* target's link-layer address */
	icmp[25] = 1; /* times 8 bytes */
	memcpy(icmp + 26, mac, 6);
	icmp6_sum(frame + 14);
}

void ns_probe_frame(uint8_t frame[NS_FRAME_SIZE], const uint8_t mac[6], const uint8_t address[16])
{
	static const uint8_t nobody[16];
	/* The group of all that have an address with this end (RFC 4291, 2.7.1). */
	uint8_t group[16] = {0xff, 0x02, [11] = 0x01, [12] = 0xff};
	uint8_t group_mac[ETH_ALEN] = {0x33, 0x33, 0xff};
	uint8_t *icmp = frame + 54;

	memcpy(group + 13, address + 13, 3);
	memcpy(group_mac + 3, address + 13, 3);
	memset(frame, 0, NS_FRAME_SIZE);
	ether(frame, group_mac, mac, ETH_P_IPV6);
	ip6_head(frame + 14, nobody, group, 24);
	icmp[0] = SOLICITATION;
	memcpy(icmp + 8, address, 16);
	icmp6_sum(frame + 14);
}

static bool arp_says(const uint8_t *frame, struct said *said)
{
	if (memcmp(frame + 14, arp_fixed, sizeof(arp_fixed)) != 0)
		return false;
	said->len = 4;
	memcpy(said->address, frame + 28, 4);
	memcpy(said->mac, frame + 22, 6);
	return true;
}

static bool na_says(const uint8_t *frame, struct said *said)
{
	const uint8_t *ip = frame + 14;

	/* Not from the link, or with headers between: nobody answers a solicitation so. */
	if ((ip[0] & 0xf0) != 0x60 || ip[6] != ICMP6 || ip[7] != 255 || ip[40] != ADVERTISEMENT)
		return false;
	said->len = 16;
	memcpy(said->address, ip + 48, 16);
	/* The sender of the frame: the option with the target's MAC may be left out. */
	memcpy(said->mac, frame + 6, 6);
	return true;
}

bool frame_says(const uint8_t *frame, size_t len, struct said *said)
{
	uint16_t type;

	if (len < ARP_FRAME_SIZE)
		return false;
	type = (uint16_t)((frame[12] << 8) | frame[13]);
	if (type == ETH_P_ARP)
		return arp_says(frame, said);
	return type == ETH_P_IPV6 && len >= NS_FRAME_SIZE && na_says(frame, said);
}
