// SPDX-License-Identifier: Apache-2.0
/* What a probe looks like on the LAN, what counts as an answer, and how long it waits. The kernel
 * of this namespace does not answer: the test does, from the container's end of a pair. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include "clock.h"
#include "lan.h"
#include "probe.h"

static const uint8_t asker[6] = {0x02, 0x77, 0, 0, 0, 1};
static const uint8_t holder[6] = {0x02, 0x42, 0x0a, 0x4d, 0x00, 0x05};
static const struct announced v4 = {.len = 4, .bytes = {10, 77, 0, 5}};
static const struct announced silent4 = {.len = 4, .bytes = {10, 77, 0, 6}};
static const struct announced v6 = {.len = 16,
				    .bytes = {0xfd, 0x77, [13] = 1, [14] = 0xab, [15] = 0xcd}};

/* Written by hand from RFC 826 and RFC 5227, 2.1.1. */
static const uint8_t arp_expected[ARP_FRAME_SIZE] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0x77, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06,
	0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x01, 0x02, 0x77, 0x00, 0x00, 0x00, 0x01,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 10,   77,   0,    5,
};

/* From RFC 4861, 4.3, RFC 4862, 5.4.2, and RFC 2464, 7; the sum is checked apart. */
static const uint8_t ns_expected[NS_FRAME_SIZE] = {
	0x33,
	0x33,
	0xff,
	0x01,
	0xab,
	0xcd,
	0x02,
	0x77,
	0x00,
	0x00,
	0x00,
	0x01,
	0x86,
	0xdd,
	0x60,
	0x00,
	0x00,
	0x00,
	0x00,
	0x18,
	0x3a,
	0xff,
	/* from nobody */ 0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0xff,
	0x02,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0x01,
	0xff,
	0x01,
	0xab,
	0xcd,
	0x87,
	0x00,
	0,
	0,
	0,
	0,
	0,
	0,
	0xfd,
	0x77,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0x01,
	0xab,
	0xcd,
};

static uint16_t checksum(const uint8_t *frame)
{
	uint32_t sum = 24 + 58;
	size_t i;

	for (i = 22; i < NS_FRAME_SIZE; i += 2)
		sum += ((uint32_t)frame[i] << 8) | frame[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static void frames_are_exact(void)
{
	uint8_t frame[NS_FRAME_SIZE];

	arp_probe_frame(frame, asker, v4.bytes);
	CHECK(memcmp(frame, arp_expected, ARP_FRAME_SIZE) == 0);
	ns_probe_frame(frame, asker, v6.bytes);
	CHECK(checksum(frame) == 0xffff);
	frame[56] = 0;
	frame[57] = 0;
	CHECK(memcmp(frame, ns_expected, NS_FRAME_SIZE) == 0);
}

static void what_counts_as_an_answer(void)
{
	uint8_t frame[NA_FRAME_SIZE];
	struct said said;
	size_t len;

	arp_frame(frame, holder, v4.bytes);
	CHECK(frame_says(frame, ARP_FRAME_SIZE, &said) && said.len == 4);
	CHECK(memcmp(said.address, v4.bytes, 4) == 0 && memcmp(said.mac, holder, 6) == 0);
	for (len = 0; len < ARP_FRAME_SIZE; len++)
		CHECK(!frame_says(frame, len, &said));
	frame[18] = 8; /* longer than an Ethernet address */
	CHECK(!frame_says(frame, ARP_FRAME_SIZE, &said));
	na_frame(frame, holder, v6.bytes);
	CHECK(frame_says(frame, NA_FRAME_SIZE, &said) && said.len == 16);
	CHECK(memcmp(said.address, v6.bytes, 16) == 0 && memcmp(said.mac, holder, 6) == 0);
	for (len = 0; len < NS_FRAME_SIZE; len++)
		CHECK(!frame_says(frame, len, &said));
	frame[21] = 64; /* it came through a router */
	CHECK(!frame_says(frame, NA_FRAME_SIZE, &said));
	ns_probe_frame(frame, asker, v6.bytes);
	CHECK(!frame_says(frame, NS_FRAME_SIZE, &said));
}

/* Another's probe for the same address says that its sender has none. */
static void another_probe_is_no_answer(void)
{
	uint8_t frame[ARP_FRAME_SIZE];
	struct said said;

	arp_probe_frame(frame, holder, v4.bytes);
	CHECK(frame_says(frame, ARP_FRAME_SIZE, &said));
	CHECK(memcmp(said.address, v4.bytes, 4) != 0);
}

/* The namespace: a pair whose one end stands for the bridge, the other for the LAN. */
static int lan(void)
{
	lan_pair(lan_bridge(asker), 1, holder);
	return lan_socket("pb-c1", ETH_P_ALL, 20);
}

static bool is_like(const uint8_t *frame, ssize_t n, const uint8_t *like, size_t len)
{
	return n >= (ssize_t)len && memcmp(frame, like, len) == 0;
}

static atomic_bool over;

/* The VLAN's number that answers are tagged with; 0: a priority only, < 0: no tag. */
static atomic_int vlan = -1;

static void answer(int fd, const uint8_t *frame, size_t len)
{
	int tag = vlan;

	if (tag < 0)
		lan_send(fd, frame, len);
	else
		lan_send_in_vlan(fd, frame, len, (uint8_t)tag);
}

/* Answers an ARP probe to the asker alone, a solicitation to everybody, until it is over. */
static void *answering(void *context)
{
	int fd = *(int *)context;
	uint8_t frame[2048];

	while (!over) {
		ssize_t n = recv(fd, frame, sizeof(frame), 0);

		if (n >= NS_FRAME_SIZE)
			frame[56] = frame[57] = 0; /* its sum, see frames_are_exact */
		if (is_like(frame, n, ns_expected, NS_FRAME_SIZE)) {
			na_frame(frame, holder, v6.bytes);
			answer(fd, frame, NA_FRAME_SIZE);
		} else if (is_like(frame, n, arp_expected, ARP_FRAME_SIZE)) {
			arp_frame(frame, holder, v4.bytes);
			memcpy(frame, asker, 6);
			frame[21] = 2; /* reply */
			answer(fd, frame, ARP_FRAME_SIZE);
		}
	}
	return NULL;
}

static int probe(int32_t bridge, const uint8_t mac[6], const struct announced *asked, size_t count,
		 int32_t timeout_ms, struct probed *answers)
{
	int fds[PROBE_SOCKETS];
	int ret = probe_run(bridge, mac, asked, count, timeout_ms, answers, fds);

	probe_close(fds);
	return ret;
}

static void only_the_families_asked_for_have_sockets(void)
{
	struct announced asked[2] = {v4, v6};
	struct probed answers[2];
	int fds[PROBE_SOCKETS];
	int32_t bridge = (int32_t)if_nametoindex("pb-lan");

	CHECK(probe_run(bridge, asker, asked, 1, 30, answers, fds) == 0);
	CHECK(fds[0] >= 0 && fds[1] < 0);
	probe_close(fds);
	CHECK(probe_run(bridge, asker, asked + 1, 1, 30, answers, fds) == 0);
	CHECK(fds[0] < 0 && fds[1] >= 0);
	probe_close(fds);
	CHECK(probe_run(4711, asker, asked, 2, 30, answers, fds) < 0);
	CHECK(fds[0] < 0 && fds[1] < 0);
	probe_close(fds);
}

static void who_answers_is_told_and_who_does_not_is_waited_for(void)
{
	struct announced asked[3] = {v4, v6, silent4};
	struct probed answers[3];
	int32_t bridge;
	pthread_t thread;
	int64_t start;
	int fd = lan();

	bridge = (int32_t)if_nametoindex("pb-lan");
	/* Nobody answers yet. */
	start = now_ms();
	CHECK(probe(bridge, asker, asked, 3, 60, answers) == 0);
	CHECK(now_ms() - start >= 60);
	CHECK(!answers[0].answered && !answers[1].answered && !answers[2].answered);
	CHECK(pthread_create(&thread, NULL, answering, &fd) == 0);
	CHECK(probe(bridge, asker, asked, 3, 3000, answers) == 0);
	CHECK(answers[0].answered && memcmp(answers[0].mac, holder, 6) == 0);
	CHECK(answers[1].answered && memcmp(answers[1].mac, holder, 6) == 0);
	CHECK(!answers[2].answered);
	/* Who has it in another VLAN is somebody else. */
	vlan = 20;
	CHECK(probe(bridge, asker, asked, 2, 60, answers) == 0);
	CHECK(!answers[0].answered && !answers[1].answered);
	vlan = 0;
	CHECK(probe(bridge, asker, asked, 2, 3000, answers) == 0);
	CHECK(answers[0].answered && answers[1].answered);
	over = true;
	CHECK(pthread_join(thread, NULL) == 0);
	close(fd);
}

static void what_cannot_be_asked(void)
{
	struct announced asked[PROBE_LIMIT + 1] = {v4};
	struct probed answers[PROBE_LIMIT + 1];

	CHECK(probe(4711, asker, asked, 1, 30, answers) < 0);
	CHECK(probe(1, asker, asked, PROBE_LIMIT + 1, 30, answers) == -EINVAL);
}

int main(void)
{
	frames_are_exact();
	what_counts_as_an_answer();
	another_probe_is_no_answer();
	who_answers_is_told_and_who_does_not_is_waited_for();
	only_the_families_asked_for_have_sockets();
	what_cannot_be_asked();
	return 0;
}
