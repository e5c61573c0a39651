// SPDX-License-Identifier: Apache-2.0
/* What comes through a pair whose host end drops router advertisements. */
#include <errno.h>
#include <time.h>

#include "frame.h"
#include "lan.h"
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
	lan_pair(lan_bridge(router), 1, (const uint8_t[6]){0x02, 0, 0, 0, 0, 1});
	wait_until_running("pb-h1");
}

static int packets(const char *link)
{
	return lan_socket(link, ETH_P_IPV6, LIMIT_SECONDS * 1000);
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
	lan_send(out, frame, sizeof(frame));
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
