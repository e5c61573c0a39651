// SPDX-License-Identifier: Apache-2.0
#include "dhcp_ask.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "packet.h"

/* Another server's offer comes about as soon as the first one's. */
#define AFTER_FIRST_MS 1000
#define FRAME_SIZE 1514

/* Of IPv4 only UDP to a client's port, and what the kernel did not take off another VLAN's tag. */
static struct sock_filter only_replies[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OTHERHOST, 6, 0),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 23),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 17, 0, 4),
	BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 14),
	BPF_STMT(BPF_LD | BPF_H | BPF_IND, 16),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 68, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, 0xffff),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

static int open_on(int32_t bridge)
{
	struct sock_fprog filter = {.len = sizeof(only_replies) / sizeof(only_replies[0]),
				    .filter = only_replies};

	return packet_open(bridge, ETH_P_IP, &filter);
}

/* A station of nobody's, the same each time, so that a server has one address in mind for it. */
static void client_of(uint8_t client[6], const uint8_t mac[6])
{
	memcpy(client, mac, 6);
	client[0] = mac[0] == 0x06 ? 0x0a : 0x06;
}

static int discover(int fd, int32_t bridge, const uint8_t mac[6], uint32_t xid)
{
	uint8_t frame[DISCOVER_FRAME_SIZE];
	uint8_t client[6];

	client_of(client, mac);
	dhcp_discover_frame(frame, mac, client, xid);
	return packet_send(fd, bridge, frame, sizeof(frame));
}

/* Hears all that has come; how many offers there are by now, or -errno. */
static int hear(int fd, uint32_t xid, struct dhcp_offer offers[OFFER_LIMIT], int count)
{
	uint8_t frame[FRAME_SIZE];

	for (;;) {
		ssize_t n = recv(fd, frame, sizeof(frame), 0);

		if (n >= 0) {
			if (count < OFFER_LIMIT &&
			    dhcp_offers(frame, (size_t)n, xid, &offers[count]))
				count++;
		} else if (errno == EAGAIN) {
			return count;
		} else if (errno != EINTR) {
			return -errno;
		}
	}
}

static int hear_until(int fd, uint32_t xid, int64_t end, struct dhcp_offer offers[OFFER_LIMIT])
{
	int count = 0;

	for (;;) {
		int64_t left = end - now_ms();
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		int before = count;

		if (left <= 0)
			return count;
		if (poll(&ready, 1, (int)left) < 0 && errno != EINTR)
			return -errno;
		count = hear(fd, xid, offers, count);
		if (count < 0)
			return count;
		if (!before && count && end > now_ms() + AFTER_FIRST_MS)
			end = now_ms() + AFTER_FIRST_MS;
	}
}

int dhcp_ask(int32_t bridge, const uint8_t mac[6], int32_t timeout_ms,
	     struct dhcp_offer offers[OFFER_LIMIT])
{
	uint32_t xid = 0;
	int ret;
	int fd = open_on(bridge);

	if (fd < 0)
		return fd;
	if (getrandom(&xid, sizeof(xid), 0) != sizeof(xid))
		xid = (uint32_t)now_ms();
	ret = discover(fd, bridge, mac, xid);
	if (!ret)
		ret = hear_until(fd, xid, now_ms() + timeout_ms, offers);
	close(fd);
	return ret;
}
