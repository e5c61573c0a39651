// SPDX-License-Identifier: Apache-2.0
/* What the socket of a listener lets through, and how it ends. */
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
#include "dhcp_frame.h"
#include "listen.h"
#include "sightings.h"

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
	fd = lan(&bridge);
	what_the_socket_hears(fd, bridge);
	what_else_the_socket_hears(fd);
	a_flood_is_told_once(fd);
	how_it_ends(bridge);
	close(fd);
	return 0;
}
