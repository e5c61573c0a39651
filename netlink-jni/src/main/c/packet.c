// SPDX-License-Identifier: Apache-2.0
#include "packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int packet_open(int32_t link, uint16_t protocol, const struct sock_fprog *filter)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = link,
	};
	int ret;
	/* It hears nothing before it is bound, so nothing of another link. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, sizeof(*filter)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at))) {
		ret = -errno;
		close(fd);
		return ret;
	}
	return fd;
}

int packet_send(int fd, int32_t link, const uint8_t *frame, size_t len)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = link,
		.sll_halen = ETH_ALEN,
	};
	ssize_t n;

	memcpy(&to.sll_protocol, frame + 12, 2);
	memcpy(to.sll_addr, frame, ETH_ALEN);
	do {
		n = sendto(fd, frame, len, 0, (struct sockaddr *)&to, sizeof(to));
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}
