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
