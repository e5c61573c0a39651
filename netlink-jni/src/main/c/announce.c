// SPDX-License-Identifier: Apache-2.0
#include "announce.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nl_sock.h"

static const uint8_t everybody[ETH_ALEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
/* ff02::1 and the group address it is sent to (RFC 2464, 7). */
static const uint8_t all_nodes[16] = {0xff, 0x02, [15] = 0x01};
static const uint8_t all_nodes_mac[ETH_ALEN] = {0x33, 0x33, 0, 0, 0, 0x01};

static void ether(uint8_t *frame, const uint8_t *to, const uint8_t *from, uint16_t type)
{
	memcpy(frame, to, ETH_ALEN);
	memcpy(frame + 6, from, ETH_ALEN);
	frame[12] = (uint8_t)(type >> 8);
	frame[13] = (uint8_t)(type & 0xff);
}

void arp_frame(uint8_t frame[ARP_FRAME_SIZE], const uint8_t mac[6], const uint8_t address[4])
{
	/* Ethernet, IPv4, their lengths, request. */
	static const uint8_t fixed[8] = {0, 1, 0x08, 0x00, 6, 4, 0, 1};

	memset(frame, 0, ARP_FRAME_SIZE);
	ether(frame, everybody, mac, ETH_P_ARP);
	memcpy(frame + 14, fixed, sizeof(fixed));
	memcpy(frame + 22, mac, 6);
	memcpy(frame + 28, address, 4);
	memcpy(frame + 38, address, 4);
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

void na_frame(uint8_t frame[NA_FRAME_SIZE], const uint8_t mac[6], const uint8_t address[16])
{
	uint8_t *ip = frame + 14;
	uint8_t *icmp = ip + 40;
	const uint8_t icmp_len = 32;
	const uint8_t next_header = 58; /* ICMPv6 */
	uint16_t check;

	memset(frame, 0, NA_FRAME_SIZE);
	ether(frame, all_nodes_mac, mac, ETH_P_IPV6);
	ip[0] = 0x60;
	ip[5] = icmp_len;
	ip[6] = next_header;
	ip[7] = 255; /* a router would have lowered it: the receiver's proof that it is from the
			link */
	memcpy(ip + 8, address, 16);
	memcpy(ip + 24, all_nodes, 16);
	icmp[0] = 136;  /* neighbour advertisement */
	icmp[4] = 0x20; /* override */
	memcpy(icmp + 8, address, 16);
	icmp[24] = 2; /* target's link-layer address */
	icmp[25] = 1; /* times 8 bytes */
	memcpy(icmp + 26, mac, 6);
	check = folded(sum(icmp, icmp_len, sum(ip + 8, 32, (uint32_t)icmp_len + next_header)));
	icmp[2] = (uint8_t)(check >> 8);
	icmp[3] = (uint8_t)(check & 0xff);
}

int fdb_point(int32_t port, const uint8_t mac[6], struct rt_words *words)
{
	unsigned char room[128];
	/* Reachable, not permanent: the bridge may learn better and forgets it in time. */
	struct ndmsg entry = {
		.ndm_family = AF_BRIDGE,
		.ndm_ifindex = port,
		.ndm_state = NUD_REACHABLE,
		.ndm_flags = NTF_MASTER,
	};
	struct nl_buf b;
	int result = 0;
	struct nl_exchange x = {.first_seq = 1, .count = 1, .results = &result};
	int fd = nl_open(0);
	int ret;

	if (fd < 0)
		return fd;
	if (words) {
		x.words = words->text;
		x.words_size = sizeof(words->text);
	}
	nl_begin(&b, room, sizeof(room));
	nl_start(&b, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ACK, x.first_seq, &entry,
		 sizeof(entry));
	nl_put(&b, NDA_LLADDR, mac, ETH_ALEN);
	ret = nl_talk(fd, &b, &x);
	close(fd);
	return ret ? ret : result;
}

static int send_frame(int fd, int32_t bridge, const uint8_t *frame, size_t len)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = bridge,
		.sll_halen = ETH_ALEN,
	};
	ssize_t n;

	memcpy(&to.sll_protocol, frame + 12, 2);
	memcpy(to.sll_addr, frame, ETH_ALEN);
	do {
		n = sendto(fd, frame, len, 0, (struct sockaddr *)&to, sizeof(to));
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return 0;
}

int announce_send(int32_t bridge, const uint8_t mac[6], const struct announced *addresses,
		  size_t count)
{
	uint8_t frame[NA_FRAME_SIZE];
	size_t i;
	int ret = 0;
	/* Protocol 0: it hears nothing, so nothing piles up in it. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	for (i = 0; !ret && i < count; i++) {
		if (addresses[i].len == 4) {
			arp_frame(frame, mac, addresses[i].bytes);
			ret = send_frame(fd, bridge, frame, ARP_FRAME_SIZE);
		} else {
			na_frame(frame, mac, addresses[i].bytes);
			ret = send_frame(fd, bridge, frame, NA_FRAME_SIZE);
		}
	}
	close(fd);
	return ret;
}
