// SPDX-License-Identifier: Apache-2.0
/* What frames say of addresses, and how often the same is told. */
#include <string.h>

#include "check.h"
#include "dhcp_frame.h"
#include "seen.h"
#include "sightings.h"

static void nothing_in_less(const uint8_t *frame, size_t least)
{
	struct sighting s;
	size_t len;

	for (len = 0; len < least; len++)
		CHECK(!frame_sights(frame, len, &s));
}

static void what_arp_says(void)
{
	uint8_t frame[ARP_FRAME_SIZE];
	struct sighting s;

	arp_frame(frame, holder, v4);
	CHECK(frame_sights(frame, sizeof(frame), &s) && is_station(&s, v4, 4, holder));
	nothing_in_less(frame, sizeof(frame));
	memcpy(frame, other, 6);
	CHECK(frame_sights(frame, sizeof(frame), &s) && s.kind == SIGHTING_ANSWER);
	frame[22] = 0x03; /* a group has no address */
	CHECK(!frame_sights(frame, sizeof(frame), &s));
	memset(frame + 22, 0, 6);
	CHECK(!frame_sights(frame, sizeof(frame), &s));
	arp_probe_frame(frame, holder, v4);
	CHECK(!frame_sights(frame, sizeof(frame), &s));
}

static void what_neighbours_say(void)
{
	uint8_t frame[NA_FRAME_SIZE];
	struct sighting s;

	na_frame(frame, holder, v6);
	CHECK(frame_sights(frame, NA_FRAME_SIZE, &s) && is_station(&s, v6, 16, holder));
	nothing_in_less(frame, NS_FRAME_SIZE);
	ns_probe_frame(frame, holder, v6);
	CHECK(!frame_sights(frame, NS_FRAME_SIZE, &s));
	/* The same question from an address. */
	memcpy(frame + 22, v6, 16);
	CHECK(frame_sights(frame, NS_FRAME_SIZE, &s) && is_station(&s, v6, 16, holder));
	nothing_in_less(frame, NS_FRAME_SIZE);
	frame[21] = 64; /* it came through a router */
	CHECK(!frame_sights(frame, NS_FRAME_SIZE, &s));
}

static void what_dhcp_servers_say(void)
{
	struct dhcp m = {
		.type = 2, .from = other, .source = server, .address = v4, .server = server};
	uint8_t frame[DHCP_FRAME_SIZE];
	struct sighting s;
	size_t len = dhcp_frame(frame, &m);

	CHECK(frame_sights(frame, len, &s) && is_offer(&s, other));
	nothing_in_less(frame, 14 + 20 + 8 + 240 + 4);
	frame[20] = 0x20; /* more fragments come, and this is the first */
	CHECK(frame_sights(frame, len, &s));
	frame[21] = 1;
	CHECK(!frame_sights(frame, len, &s));
	m.type = 5;
	m.server = NULL;
	CHECK(frame_sights(frame, dhcp_frame(frame, &m), &s) && is_offer(&s, other));
	m.type = 6; /* a refusal */
	CHECK(!frame_sights(frame, dhcp_frame(frame, &m), &s));
	m.type = 5;
	m.address = nobody; /* settings without an address */
	CHECK(!frame_sights(frame, dhcp_frame(frame, &m), &s));
	m.address = v4;
	dhcp_frame(frame, &m);
	frame[14 + 20 + 8 + 236] = 0; /* BOOTP, or something else */
	CHECK(!frame_sights(frame, len, &s));
}

/* Whose offer a client takes it tells everybody, where the offer itself comes to it alone. */
static void what_dhcp_clients_say(void)
{
	struct dhcp m = {
		.type = 3, .from = other, .source = nobody, .address = v4, .server = server};
	uint8_t frame[DHCP_FRAME_SIZE];
	struct sighting s;

	CHECK(frame_sights(frame, dhcp_frame(frame, &m), &s) && is_offer(&s, nobody));
	m.server = NULL;
	CHECK(!frame_sights(frame, dhcp_frame(frame, &m), &s));
}

/* Lengths of options that lead out of the frame. */
static void options_that_are_cut_off(void)
{
	struct dhcp m = {
		.type = 2, .from = other, .source = server, .address = v4, .server = server};
	uint8_t frame[DHCP_FRAME_SIZE];
	uint8_t *options = frame + 14 + 20 + 8 + 240;
	struct sighting s;
	size_t len = dhcp_frame(frame, &m);

	options[5] = 200;
	CHECK(frame_sights(frame, len, &s) && memcmp(s.server, server, 4) == 0);
	options[2] = 255;
	CHECK(!frame_sights(frame, len, &s));
	memset(options, 0, len - (size_t)(options - frame));
	CHECK(!frame_sights(frame, len, &s));
	frame[len - 1] = 53;
	CHECK(!frame_sights(frame, len, &s));
	frame[14] = 0x4f; /* a longer head than there is room for */
	CHECK(!frame_sights(frame, len, &s));
	frame[14] = 0x44;
	CHECK(!frame_sights(frame, len, &s));
}

static struct seen table;

static void the_same_is_told_once_in_a_while(void)
{
	struct sighting s = {.kind = SIGHTING_STATION, .len = 4, .address = {10, 77, 0, 5}};
	int64_t now = 1000000;
	int i;

	memset(&table, 0, sizeof(table));
	CHECK(seen_new(&table, &s, now));
	CHECK(!seen_new(&table, &s, now));
	CHECK(!seen_new(&table, &s, now + SEEN_FOR_MS - 1));
	s.mac[5] = 1;
	CHECK(seen_new(&table, &s, now));
	s.mac[5] = 0;
	CHECK(seen_new(&table, &s, now + SEEN_FOR_MS));
	CHECK(!seen_new(&table, &s, now + SEEN_FOR_MS));
	/* A hundred of them, over and over. */
	now += 60000;
	for (i = 0; i < 10000; i++) {
		s.address[3] = (uint8_t)(i % 100);
		CHECK(seen_new(&table, &s, now) == (i < 100));
	}
}

static void no_more_are_told_than_the_limit(void)
{
	struct sighting s = {.kind = SIGHTING_STATION, .len = 4};
	int64_t now = 1000000;
	uint32_t i;
	int told = 0;

	memset(&table, 0, sizeof(table));
	for (i = 0; i < 100000; i++) {
		memcpy(s.address, &i, sizeof(i));
		told += seen_new(&table, &s, now + i / 10000);
	}
	CHECK(told == SEEN_PER_SECOND);
	/* What was left out is told when it is said again. */
	CHECK(seen_new(&table, &s, now + 1000));
	CHECK(!seen_new(&table, &s, now + 1000));
}

int main(void)
{
	what_arp_says();
	what_neighbours_say();
	what_dhcp_servers_say();
	what_dhcp_clients_say();
	options_that_are_cut_off();
	the_same_is_told_once_in_a_while();
	no_more_are_told_than_the_limit();
	return 0;
}
