// SPDX-License-Identifier: Apache-2.0
/* A DHCPDISCOVER as it is on the LAN, what counts as an offer, and how long one is waited for. The
 * server is the test, at the container's end of a pair. */
#include <pthread.h>
#include <stdatomic.h>

#include "clock.h"
#include "dhcp_ask.h"
#include "dhcp_frame.h"
#include "lan.h"

#define MESSAGE (14 + 20 + 8)
#define XID (MESSAGE + 4)

static const uint8_t asker[6] = {0x02, 0x77, 0, 0, 0, 1};
static const uint8_t client[6] = {0x06, 0x77, 0, 0, 0, 1};

/* Written by hand from RFC 2131, 2 and 4.4.1, and RFC 2132. */
static void a_discover_is_exact(void)
{
	static const uint8_t head[MESSAGE + 12] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0x77, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00,
		/* IP: 328 bytes, UDP, from nobody to all */
		0x45, 0x00, 0x01, 0x48, 0x00, 0x00, 0x00, 0x00, 0x40, 0x11, 0x79, 0xa6, 0, 0, 0, 0,
		0xff, 0xff, 0xff, 0xff,
		/* UDP: 68 to 67, 308 bytes, no sum */
		0, 68, 0, 67, 0x01, 0x34, 0, 0,
		/* request, Ethernet, 6, no hops, xid, no seconds, to be broadcast */
		1, 1, 6, 0, 0xca, 0xfe, 0xba, 0xbe, 0, 0, 0x80, 0};
	static const uint8_t options[] = {99, 130, 83, 99, 53, 1, 1, 55, 4, 1, 3, 51, 54, 255};
	uint8_t frame[DISCOVER_FRAME_SIZE];

	dhcp_discover_frame(frame, asker, client, 0xcafebabe);
	CHECK(memcmp(frame, head, sizeof(head)) == 0);
	CHECK(memcmp(frame + MESSAGE + 28, client, 6) == 0);
	CHECK(memcmp(frame + MESSAGE + 236, options, sizeof(options)) == 0);
}

/* An offer of 10.77.0.60 by 10.77.0.1; its length. */
static size_t offer_frame(uint8_t frame[DISCOVER_FRAME_SIZE], const uint8_t *question)
{
	static const uint8_t options[] = {0, 53, 1, 2, 1, 4, 255, 255, 255, 0, 54, 4, 10, 77, 0, 1};

	dhcp_discover_frame(frame, (const uint8_t[6]){2, 0, 0, 0, 0, 9}, client, 0);
	memcpy(frame + 26, (const uint8_t[4]){10, 77, 0, 2}, 4);
	dhcp_ip_sum(frame + 14);
	frame[35] = 67;
	frame[37] = 68;
	frame[MESSAGE] = 2;
	memcpy(frame + XID, question, 4);
	memcpy(frame + MESSAGE + 16, (const uint8_t[4]){10, 77, 0, 60}, 4);
	memcpy(frame + MESSAGE + 240, options, sizeof(options));
	return MESSAGE + 240 + sizeof(options);
}

static void what_counts_as_an_offer(void)
{
	static const uint8_t question[4] = {1, 2, 3, 4};
	uint8_t frame[DISCOVER_FRAME_SIZE];
	struct dhcp_offer offer;
	size_t len = offer_frame(frame, question);
	size_t i;

	CHECK(dhcp_offers(frame, len, 0x01020304, &offer));
	CHECK(memcmp(offer.address, (const uint8_t[4]){10, 77, 0, 60}, 4) == 0);
	CHECK(memcmp(offer.server, (const uint8_t[4]){10, 77, 0, 1}, 4) == 0);
	CHECK(!dhcp_offers(frame, len, 0x01020305, &offer));
	/* Without its name a server is known by where it sent from. */
	CHECK(dhcp_offers(frame, len - 1, 0x01020304, &offer));
	CHECK(memcmp(offer.server, (const uint8_t[4]){10, 77, 0, 2}, 4) == 0);
	for (i = 0; i < MESSAGE + 244; i++)
		CHECK(!dhcp_offers(frame, i, 0x01020304, &offer));
	frame[MESSAGE + 243] = 5; /* an acknowledgement */
	CHECK(!dhcp_offers(frame, len, 0x01020304, &offer));
	len = offer_frame(frame, question);
	memset(frame + MESSAGE + 16, 0, 4);
	CHECK(!dhcp_offers(frame, len, 0x01020304, &offer));
	len = offer_frame(frame, question);
	frame[20] = 0x20; /* the first of several fragments, and whole in what is read */
	CHECK(dhcp_offers(frame, len, 0x01020304, &offer));
	frame[21] = 1;
	CHECK(!dhcp_offers(frame, len, 0x01020304, &offer));
	dhcp_discover_frame(frame, asker, client, 0x01020304);
	CHECK(!dhcp_offers(frame, DISCOVER_FRAME_SIZE, 0x01020304, &offer));
}

static int lan(void)
{
	lan_pair(lan_bridge(asker), 1, (const uint8_t[6]){2, 0, 0, 0, 0, 9});
	return lan_socket("pb-c1", ETH_P_ALL, 20);
}

static atomic_bool over;
static atomic_int discovers;

/* Answers each discover to everybody, after an offer for another's question. */
static void *serving(void *context)
{
	int fd = *(int *)context;
	uint8_t frame[2048];
	uint8_t reply[DISCOVER_FRAME_SIZE];

	while (!over) {
		ssize_t n = recv(fd, frame, sizeof(frame), 0);

		if (n < DISCOVER_FRAME_SIZE || memcmp(frame + 6, asker, 6) != 0 || frame[37] != 67)
			continue;
		CHECK(memcmp(frame + MESSAGE + 28, client, 6) == 0);
		discovers++;
		offer_frame(reply, (const uint8_t[4]){0});
		lan_send(fd, reply, sizeof(reply));
		memcpy(reply + XID, frame + XID, 4);
		lan_send(fd, reply, sizeof(reply));
	}
	return NULL;
}

static void a_server_is_asked_once_and_what_it_offers_is_told(void)
{
	struct dhcp_offer offers[OFFER_LIMIT];
	int32_t bridge;
	pthread_t thread;
	int64_t start;
	int fd = lan();

	bridge = (int32_t)if_nametoindex("pb-lan");
	start = now_ms();
	CHECK(dhcp_ask(bridge, asker, 60, offers) == 0);
	CHECK(now_ms() - start >= 60);
	CHECK(pthread_create(&thread, NULL, serving, &fd) == 0);
	start = now_ms();
	CHECK(dhcp_ask(bridge, asker, 60000, offers) == 1);
	CHECK(now_ms() - start < 60000);
	CHECK(memcmp(offers[0].address, (const uint8_t[4]){10, 77, 0, 60}, 4) == 0);
	over = true;
	CHECK(pthread_join(thread, NULL) == 0);
	/* The first one, which nobody answered, was still to be read. */
	CHECK(discovers <= 2);
	close(fd);
}

int main(void)
{
	struct dhcp_offer offers[OFFER_LIMIT];

	a_discover_is_exact();
	what_counts_as_an_offer();
	a_server_is_asked_once_and_what_it_offers_is_told();
	CHECK(dhcp_ask(4711, asker, 30, offers) < 0);
	return 0;
}
