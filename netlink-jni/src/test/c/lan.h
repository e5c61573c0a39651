/* SPDX-License-Identifier: Apache-2.0 */
/* The LAN of a test in its network namespace: a bridge, pairs on it, and raw sockets on links. */
#ifndef PATCHBAY_LAN_H
#define PATCHBAY_LAN_H

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "check.h"
#include "rt_link.h"

#define LAN_FRAME_ROOM 2048

/* The bridge pb-lan. */
static inline int32_t lan_bridge(const uint8_t mac[6])
{
	struct rt_bridge spec = {.name = "pb-lan", .alias = "", .mac = mac, .mtu = RT_NO_MTU};
	struct rt_link made;

	CHECK(rt_create_bridge(&spec, &made, NULL) == 0);
	return made.index;
}

/* A pair pb-h<n> and pb-c<n> that is up; the first is a port of the bridge. */
static inline void lan_pair(int32_t bridge, uint8_t n, const uint8_t mac[6])
{
	char host[] = {'p', 'b', '-', 'h', (char)('0' + n), 0};
	char container[] = {'p', 'b', '-', 'c', (char)('0' + n), 0};
	struct rt_veth spec = {
		.host = host,
		.container = container,
		.alias = "x",
		.host_mac = (const uint8_t[6]){0xfe, 0, 0, 0, 0, n},
		.container_mac = mac,
		.bridge = (uint32_t)bridge,
		.host_mtu = 1500,
		.container_mtu = 1500,
	};
	struct rt_link made;

	CHECK(rt_create_veth(&spec, &made, NULL) == 0);
	CHECK(rt_adjust((int32_t)if_nametoindex(container), 0, RT_NO_MTU, NULL) == 0);
}

/* Sends out of a link, and hears what of the protocol comes in there; of 0 nothing does. */
static inline int lan_socket(const char *link, uint16_t protocol, int32_t limit_ms)
{
	struct timeval limit = {
		.tv_sec = limit_ms / 1000,
		.tv_usec = (suseconds_t)limit_ms % 1000 * 1000,
	};
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = (int)if_nametoindex(link),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	CHECK(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0);
	CHECK(bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	return fd;
}

static inline void lan_send(int fd, const uint8_t *frame, size_t len)
{
	CHECK(send(fd, frame, len, 0) == (ssize_t)len);
}

/* In VLAN 0 the tag is a priority alone. */
static inline void lan_send_in_vlan(int fd, const uint8_t *frame, size_t len, uint8_t vlan)
{
	uint8_t tagged[LAN_FRAME_ROOM];

	CHECK(len + 4 <= sizeof(tagged));
	memcpy(tagged, frame, 12);
	memcpy(tagged + 12, (const uint8_t[4]){0x81, 0x00, 0xe0, vlan}, 4);
	memcpy(tagged + 16, frame + 12, len - 12);
	lan_send(fd, tagged, len + 4);
}

#endif
