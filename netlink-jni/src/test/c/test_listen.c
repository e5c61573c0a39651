// SPDX-License-Identifier: Apache-2.0
/* What the socket of a listener lets through, and how it ends. */
#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "announce.h"
#include "clock.h"
#include "dhcp_frame.h"
#include "lan.h"
#include "listen.h"
#include "sightings.h"

/* A bridge with a pair whose far end is the LAN; a socket that speaks there. */
static int lan(int32_t *bridge)
{
	*bridge = lan_bridge((const uint8_t[6]){2, 0x77, 0, 0, 0, 1});
	lan_pair(*bridge, 1, holder);
	return lan_socket("pb-c1", 0, 0);
}

/* Speaks until the first words are heard: a port of a bridge forwards a moment after it is up. */
static void until_heard(int fd, struct listening *l, const uint8_t *frame, size_t len)
{
	struct pollfd heard = {.fd = l->frames, .events = POLLIN};
	int64_t end = now_ms() + 20000;
	int ret;

	do {
		CHECK(now_ms() < end);
		lan_send(fd, frame, len);
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
	int sender = announce_open();

	CHECK(listen_open(&l, bridge) == 0);
	arp_frame(frame, holder, v4);
	until_heard(fd, &l, frame, ARP_FRAME_SIZE);
	s = next();
	CHECK(is_station(&s, v4, 4, holder));
	/* None of these: what this host says itself, a probe, another VLAN's, somebody else's. */
	CHECK(announce_send(sender, bridge, holder, &own, 1) == 0);
	close(sender);
	arp_probe_frame(frame, holder, server);
	lan_send(fd, frame, ARP_FRAME_SIZE);
	arp_frame(frame, holder, server);
	lan_send_in_vlan(fd, frame, ARP_FRAME_SIZE, 20);
	na_frame(frame, other, v6);
	lan_send_in_vlan(fd, frame, NA_FRAME_SIZE, 20);
	frame[54] = 134; /* a router's advertisement */
	lan_send(fd, frame, NA_FRAME_SIZE);
	dhcp_frame(frame, &m);
	lan_send_in_vlan(fd, frame, DHCP_FRAME_SIZE, 20);
	frame[14 + 20 + 1] = 53; /* neither to nor from a DHCP server */
	lan_send(fd, frame, DHCP_FRAME_SIZE);
	arp_frame(frame, other, server);
	lan_send_in_vlan(fd, frame, ARP_FRAME_SIZE, 0);
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
	lan_send(fd, frame, NA_FRAME_SIZE);
	s = next();
	CHECK(is_station(&s, v6, 16, holder));
	lan_send(fd, frame, dhcp_frame(frame, &m));
	s = next();
	CHECK(is_offer(&s, other));
	m.type = 3;
	m.source = nobody;
	lan_send(fd, frame, dhcp_frame(frame, &m));
	s = next();
	CHECK(is_offer(&s, nobody));
	arp_frame(frame, holder, last);
	lan_send(fd, frame, ARP_FRAME_SIZE);
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
		lan_send(fd, frame, sizeof(frame));
		if (i % 500 == 499) {
			int n = listen_next(&l, out);

			CHECK(n == 0 || (n == 1 && is_station(out, flood, 4, holder)));
		}
	}
	arp_frame(frame, holder, end);
	lan_send(fd, frame, sizeof(frame));
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
	fd = lan(&bridge);
	what_the_socket_hears(fd, bridge);
	what_else_the_socket_hears(fd);
	a_flood_is_told_once(fd);
	how_it_ends(bridge);
	close(fd);
	return 0;
}
