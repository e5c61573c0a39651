// SPDX-License-Identifier: Apache-2.0
/* What comes through a pair whose host end drops router advertisements. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "frame.h"
#include "rt_filter.h"

#define LIMIT_SECONDS 10
#define ADVERTISED 134

static const uint8_t router[6] = {0x02, 0x77, 0, 0, 0, 0xfe};
static const uint8_t address[16] = {0xfd, 0x77, [15] = 1};

static int take_flags(void *context, const void *record, size_t size)
{
	const struct rt_link *link = record;

	(void)size;
	*(uint32_t *)context = link->flags;
	return 0;
}

/* Until the kernel has noticed a carrier it drops what is to be sent without a word. */
static void wait_until_running(const char *name)
{
	time_t end = time(NULL) + LIMIT_SECONDS;
	uint32_t flags = 0;
	struct rt_sink sink = {.put = take_flags, .context = &flags};

	while (!(flags & IFF_RUNNING)) {
		struct rt_names names = {.text = name, .len = strlen(name) + 1};

		CHECK(rt_find(&names, &sink, NULL) == 0);
		CHECK(time(NULL) < end);
	}
}

static void pair(void)
{
	struct rt_bridge bridge = {.name = "pb-lan", .alias = "", .mac = router, .mtu = RT_NO_MTU};
	struct rt_veth spec = {
		.host = "pb-h1",
		.container = "pb-c1",
		.alias = "x",
		.host_mac = (const uint8_t[6]){0xfe, 0, 0, 0, 0, 1},
		.container_mac = (const uint8_t[6]){0x02, 0, 0, 0, 0, 1},
		.host_mtu = 1500,
		.container_mtu = 1500,
	};
	struct rt_link made;

	CHECK(rt_create_bridge(&bridge, &made, NULL) == 0);
	spec.bridge = (uint32_t)made.index;
	CHECK(rt_create_veth(&spec, &made, NULL) == 0);
	CHECK(rt_adjust((int32_t)if_nametoindex("pb-c1"), 0, RT_NO_MTU, NULL) == 0);
	wait_until_running("pb-h1");
}

static int packets(const char *link)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IPV6)};
	struct timeval limit = {.tv_sec = LIMIT_SECONDS};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	at.sll_ifindex = (int)if_nametoindex(link);
	CHECK(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0);
	CHECK(bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	return fd;
}

/* Sends a message of that type and then another; the type of the first that comes. */
static uint8_t first_that_comes(uint8_t type, uint8_t next_header)
{
	uint8_t frame[NA_FRAME_SIZE];
	uint8_t got[2048];
	int out = packets("pb-h1");
	int in = packets("pb-c1");
	ssize_t n;

	na_frame(frame, router, address);
	frame[20] = next_header;
	frame[54] = type;
	/* Who sends through the link itself is told that it was dropped. */
	CHECK(send(out, frame, sizeof(frame), 0) == sizeof(frame) || errno == ENOBUFS);
	na_frame(frame, router, address);
	CHECK(send(out, frame, sizeof(frame), 0) == sizeof(frame));
	do {
		n = recv(in, got, sizeof(got), 0);
		CHECK(n > 0);
	} while (n < NA_FRAME_SIZE || memcmp(got + 6, router, 6) != 0);
	close(out);
	close(in);
	return got[54];
}

int main(void)
{
	struct rt_words words = {.text = ""};
	struct rt_names all = {.text = "pb-h1\0pb-lan", .len = 13};

	pair();
	CHECK(first_that_comes(ADVERTISED, 58) == ADVERTISED);
	CHECK(rt_drop_ra((int32_t)if_nametoindex("pb-h1"), &words) == 0);
	CHECK(first_that_comes(ADVERTISED, 58) == 136);
	/* Neither solicitations nor what is no ICMPv6 is meant. */
	CHECK(first_that_comes(135, 58) == 135);
	CHECK(first_that_comes(ADVERTISED, 17) == ADVERTISED);
	CHECK(rt_drop_ra((int32_t)if_nametoindex("pb-h1"), &words) == 0);
	CHECK(first_that_comes(ADVERTISED, 58) == 136);
	CHECK(rt_drop_ra(4711, &words) < 0);
	CHECK(rt_delete(&all, NULL) == 0);
	return 0;
}
