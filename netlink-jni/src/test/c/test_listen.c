// SPDX-License-Identifier: Apache-2.0
/* What is heard of addresses: what frames say, how often the same is told, and what the socket lets
 * through. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "announce.h"
#include "check.h"
#include "clock.h"
#include "dhcp.h"
#include "listen.h"

static const uint8_t holder[6] = {0x02, 0x42, 0x0a, 0x4d, 0x00, 0x05};
static const uint8_t other[6] = {0x02, 0x42, 0x0a, 0x4d, 0x00, 0x06};
static const uint8_t v4[4] = {10, 77, 0, 5};
static const uint8_t v6[16] = {0xfd, 0x77, [15] = 5};
static const uint8_t server[4] = {10, 77, 0, 1};
static const uint8_t nobody[16];

static bool is_station(const struct sighting *s, const uint8_t *address, uint8_t len,
		       const uint8_t *mac)
{
	return s->kind == SIGHTING_STATION && s->len == len &&
	       memcmp(s->address, address, len) == 0 && memcmp(s->mac, mac, 6) == 0 &&
	       memcmp(s->server, nobody, 4) == 0;
}

static bool is_offer(const struct sighting *s, const uint8_t *mac)
{
	return s->kind == SIGHTING_OFFER && s->len == 4 && memcmp(s->address, v4, 4) == 0 &&
	       memcmp(s->mac, mac, 6) == 0 && memcmp(s->server, server, 4) == 0;
}

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

/* A bridge with a pair whose far end is the LAN; a socket that speaks there. */
static int lan(int32_t *bridge_index)
{
	static const uint8_t bridge_mac[6] = {2, 0x77, 0, 0, 0, 1};
	struct sockaddr_ll at = {.sll_family = AF_PACKET};
	struct rt_bridge bridge = {
		.name = "pb-lan", .alias = "", .mac = bridge_mac, .mtu = RT_NO_MTU};
	struct rt_link made;
	struct rt_veth spec = {
		.host = "pb-h1",
		.container = "pb-c1",
		.alias = "x",
		.host_mac = (const uint8_t[6]){0xfe, 0, 0, 0, 0, 1},
		.container_mac = holder,
		.host_mtu = 1500,
		.container_mtu = 1500,
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	CHECK(rt_create_bridge(&bridge, &made, NULL) == 0);
	*bridge_index = made.index;
	spec.bridge = (uint32_t)made.index;
	CHECK(rt_create_veth(&spec, &made, NULL) == 0);
	CHECK(rt_adjust((int32_t)if_nametoindex("pb-c1"), 0, 0, NULL) == 0);
	at.sll_ifindex = (int)if_nametoindex("pb-c1");
	CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	return fd;
}

static void speak(int fd, const uint8_t *frame, size_t len)
{
	CHECK(send(fd, frame, len, 0) == (ssize_t)len);
}

static void speak_in_vlan(int fd, const uint8_t *frame, size_t len, uint8_t vlan)
{
	uint8_t tagged[DHCP_FRAME_SIZE + 4];

	memcpy(tagged, frame, 12);
	memcpy(tagged + 12, (const uint8_t[4]){0x81, 0x00, 0xe0, vlan}, 4);
	memcpy(tagged + 16, frame + 12, len - 12);
	speak(fd, tagged, len + 4);
}

/* Speaks until the first words are heard: a port of a bridge forwards a moment after it is up. */
static void until_heard(int fd, struct listening *l, const uint8_t *frame, size_t len)
{
	struct pollfd heard = {.fd = l->frames, .events = POLLIN};
	int64_t end = now_ms() + 20000;
	int ret;

	do {
		CHECK(now_ms() < end);
		speak(fd, frame, len);
		ret = poll(&heard, 1, 10);
		CHECK(ret >= 0);
	} while (ret == 0);
}

static struct listening l;
static struct sighting out[LISTEN_ROOM];

/* The next thing that is told. */
static struct sighting next(void)
{
	int n;

	do {
		n = listen_next(&l, out);
		CHECK(n == 0 || n == 1);
	} while (n == 0);
	return out[0];
}

static void what_the_socket_hears(int fd, int32_t bridge)
{
	struct announced own = {.len = 4, .bytes = {10, 77, 0, 8}};
	struct dhcp m = {
		.type = 2, .from = other, .source = server, .address = v4, .server = server};
	uint8_t frame[DHCP_FRAME_SIZE];
	struct sighting s;

	CHECK(listen_open(&l, bridge) == 0);
	arp_frame(frame, holder, v4);
	until_heard(fd, &l, frame, ARP_FRAME_SIZE);
	s = next();
	CHECK(is_station(&s, v4, 4, holder));
	/* None of these: what this host says itself, a probe, another VLAN's, somebody else's. */
	CHECK(announce_send(bridge, holder, &own, 1) == 0);
	arp_probe_frame(frame, holder, server);
	speak(fd, frame, ARP_FRAME_SIZE);
	arp_frame(frame, holder, server);
	speak_in_vlan(fd, frame, ARP_FRAME_SIZE, 20);
	na_frame(frame, other, v6);
	speak_in_vlan(fd, frame, NA_FRAME_SIZE, 20);
	frame[54] = 134; /* a router's advertisement */
	speak(fd, frame, NA_FRAME_SIZE);
	dhcp_frame(frame, &m);
	speak_in_vlan(fd, frame, DHCP_FRAME_SIZE, 20);
	frame[14 + 20 + 1] = 53; /* neither to nor from a DHCP server */
	speak(fd, frame, DHCP_FRAME_SIZE);
	arp_frame(frame, other, server);
	speak_in_vlan(fd, frame, ARP_FRAME_SIZE, 0);
	/* But the last, whose tag is a priority alone. */
	s = next();
	CHECK(is_station(&s, server, 4, other));
}

/* All that it does hear, in order. */
static void what_else_the_socket_hears(int fd)
{
	static const uint8_t last[4] = {10, 77, 0, 99};
	struct dhcp m = {
		.type = 2, .from = other, .source = server, .address = v4, .server = server};
	uint8_t frame[DHCP_FRAME_SIZE];
	struct sighting s;

	na_frame(frame, holder, v6);
	speak(fd, frame, NA_FRAME_SIZE);
	s = next();
	CHECK(is_station(&s, v6, 16, holder));
	speak(fd, frame, dhcp_frame(frame, &m));
	s = next();
	CHECK(is_offer(&s, other));
	m.type = 3;
	m.source = nobody;
	speak(fd, frame, dhcp_frame(frame, &m));
	s = next();
	CHECK(is_offer(&s, nobody));
	arp_frame(frame, holder, last);
	speak(fd, frame, ARP_FRAME_SIZE);
	s = next();
	CHECK(is_station(&s, last, 4, holder));
}

/* Ten thousand frames that say the same are one sighting, and none of them waits for the next. */
static void a_flood_is_told_once(int fd)
{
	static const uint8_t flood[4] = {10, 77, 1, 1};
	static const uint8_t end[4] = {10, 77, 1, 2};
	uint8_t frame[ARP_FRAME_SIZE];
	struct sighting s;
	int i;

	for (i = 0; i < 10000; i++) {
		arp_frame(frame, holder, flood);
		speak(fd, frame, sizeof(frame));
		if (i % 500 == 499) {
			int n = listen_next(&l, out);

			CHECK(n == 0 || (n == 1 && is_station(out, flood, 4, holder)));
		}
	}
	arp_frame(frame, holder, end);
	speak(fd, frame, sizeof(frame));
	s = next();
	CHECK(is_station(&s, end, 4, holder));
}

static void set_up(const char *name, bool up)
{
	struct ifreq request;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memset(&request, 0, sizeof(request));
	memcpy(request.ifr_name, name, strlen(name));
	CHECK(fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &request) == 0);
	request.ifr_flags = (short)(up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
	CHECK(ioctl(fd, SIOCSIFFLAGS, &request) == 0);
	close(fd);
}

static void how_it_ends(int32_t bridge)
{
	CHECK(listen_wake(&l) == 0);
	CHECK(listen_next(&l, out) == -ECANCELED);
	listen_close(&l);
	CHECK(listen_open(&l, bridge) == 0);
	set_up("pb-lan", false);
	CHECK(listen_next(&l, out) == -ENETDOWN);
	listen_close(&l);
	CHECK(listen_open(&l, bridge) == -ENETDOWN);
	set_up("pb-lan", true);
	CHECK(listen_open(&l, bridge) == 0);
	listen_close(&l);
	CHECK(listen_open(&l, 4711) == -ENODEV);
}

int main(void)
{
	int32_t bridge;
	int fd;

	/* What is not heard would be waited for. */
	alarm(60);
	what_arp_says();
	what_neighbours_say();
	what_dhcp_servers_say();
	what_dhcp_clients_say();
	options_that_are_cut_off();
	the_same_is_told_once_in_a_while();
	no_more_are_told_than_the_limit();
	fd = lan(&bridge);
	what_the_socket_hears(fd, bridge);
	what_else_the_socket_hears(fd);
	a_flood_is_told_once(fd);
	how_it_ends(bridge);
	close(fd);
	return 0;
}
