// SPDX-License-Identifier: Apache-2.0
/* What another port of the bridge sees of an announcement, and where the bridge sends afterwards.
 */
#include <errno.h>
#include <time.h>

#include "announce.h"
#include "lan.h"
#include "rt_watch.h"

#define LIMIT_SECONDS 10

static const uint8_t mac[6] = {0x02, 0x42, 0x0a, 0x4d, 0x00, 0x05};
static const struct announced v4 = {.len = 4, .bytes = {10, 77, 0, 5}};
static const struct announced v6 = {.len = 16,
				    .bytes = {0xfd, 0x77, [13] = 1, [14] = 0xab, [15] = 0xcd}};

/* Written by hand from RFC 826 and RFC 5227. */
static const uint8_t arp_expected[ARP_FRAME_SIZE] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0x42, 0x0a, 0x4d, 0x00, 0x05, 0x08, 0x06,
	0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x01, 0x02, 0x42, 0x0a, 0x4d, 0x00, 0x05,
	10,   77,   0,    5,    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 10,   77,   0,    5,
};

static int last_seen(void *context, const void *record, size_t size)
{
	memcpy(context, record, size);
	return 0;
}

static struct rt_link look(const char *name)
{
	struct rt_link link = {.size = 0};
	struct rt_sink sink = {.put = last_seen, .context = &link};
	struct rt_names names = {.text = name, .len = strlen(name) + 1};

	CHECK(rt_find(&names, &sink, NULL) == 0);
	return link;
}

/* The kernel opens a port a moment after its carrier comes. */
static void wait_until_forwarding(const char *port)
{
	time_t end = time(NULL) + LIMIT_SECONDS;

	while (look(port).port_state != 3)
		CHECK(time(NULL) < end);
}

/* A bridge has carrier with its first port, and drops what it is to send without a word until the
 * kernel has noticed a moment later (linkwatch_do_dev of net/core/link_watch.c).
 */
static void wait_until_running(const char *bridge)
{
	time_t end = time(NULL) + LIMIT_SECONDS;

	while (!(look(bridge).flags & IFF_RUNNING))
		CHECK(time(NULL) < end);
}

static void pair(int32_t bridge, uint8_t number)
{
	lan_pair(bridge, number, (const uint8_t[6]){0x02, 0, 0, 0, 0, number});
}

static int capture(const char *link)
{
	return lan_socket(link, ETH_P_ALL, LIMIT_SECONDS * 1000);
}

/* The next frame from our MAC; IPv6 of the namespace itself chatters besides. */
static ssize_t next_of_ours(int fd, uint8_t *frame, size_t size)
{
	for (;;) {
		ssize_t n = recv(fd, frame, size, 0);

		CHECK(n > 0);
		if (n > 12 && memcmp(frame + 6, mac, 6) == 0)
			return n;
	}
}

static uint16_t checksum(const uint8_t *frame)
{
	uint32_t sum = 32 + 58;
	size_t i;

	for (i = 22; i < NA_FRAME_SIZE; i += 2)
		sum += ((uint32_t)frame[i] << 8) | frame[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static void check_na(const uint8_t *frame, ssize_t len)
{
	static const uint8_t head[20] = {0x33, 0x33, 0,    0,    0,    1, 0x02, 0x42, 0x0a, 0x4d,
					 0x00, 0x05, 0x86, 0xdd, 0x60, 0, 0,    0,    0,    32};
	static const uint8_t group[16] = {0xff, 2, [15] = 1};
	static const uint8_t option[8] = {2, 1, 0x02, 0x42, 0x0a, 0x4d, 0x00, 0x05};

	CHECK(len == NA_FRAME_SIZE);
	CHECK(memcmp(frame, head, sizeof(head)) == 0);
	CHECK(frame[20] == 58 && frame[21] == 255);
	CHECK(memcmp(frame + 22, v6.bytes, 16) == 0);
	CHECK(memcmp(frame + 38, group, 16) == 0);
	CHECK(frame[54] == 136 && frame[55] == 0 && frame[58] == 0x20);
	CHECK(memcmp(frame + 62, v6.bytes, 16) == 0);
	CHECK(memcmp(frame + 78, option, 8) == 0);
	/* With its own sum in it a correct message sums up to all ones. */
	CHECK(checksum(frame) == 0xffff);
}

/* A frame to our MAC out of the bridge comes out at one port only: the one it is believed to be at.
 */
static void check_way(const char *there, const char *not_there)
{
	uint8_t frame[60];
	uint8_t got[2048];
	int fd = lan_socket("pb-lan", 0, 0);
	int right = capture(there);
	int wrong = capture(not_there);

	memset(frame, 0x55, sizeof(frame));
	memcpy(frame, mac, 6);
	memcpy(frame + 6, mac, 6);
	frame[12] = 0x88;
	frame[13] = 0xb5; /* for local experiments (IEEE 802) */
	lan_send(fd, frame, sizeof(frame));
	CHECK(next_of_ours(right, got, sizeof(got)) == sizeof(frame));
	/* The bridge hands out in this call, so what is not there yet does not come. */
	for (;;) {
		ssize_t n = recv(wrong, got, sizeof(got), MSG_DONTWAIT);

		if (n < 0)
			break;
		CHECK(memcmp(got, mac, 6) != 0);
	}
	close(fd);
	close(right);
	close(wrong);
}

static bool by_vlan;

static int point(const char *port, const uint8_t at[6])
{
	return fdb_point((int32_t)if_nametoindex("pb-lan"), (int32_t)if_nametoindex(port), by_vlan,
			 at, NULL);
}

static int32_t bridge_and_pairs(const uint8_t mac_of_bridge[6])
{
	int32_t bridge = lan_bridge(mac_of_bridge);

	pair(bridge, 1);
	pair(bridge, 2);
	wait_until_forwarding("pb-h1");
	wait_until_forwarding("pb-h2");
	wait_until_running("pb-lan");
	return bridge;
}

static void frames_are_exact_and_the_bridge_learns_the_port(void)
{
	uint8_t frame[2048];
	struct announced both[2] = {v4, v6};
	struct rt_names all = {.text = "pb-h1\0pb-h2\0pb-lan", .len = 19};
	int32_t bridge = bridge_and_pairs((const uint8_t[6]){2, 0x77, 0, 0, 0, 1});
	ssize_t len;
	int out = announce_open();
	int fd;

	/* It spoke behind the other port before, as a container that was moved here did. */
	CHECK(point("pb-h2", mac) == 0);
	check_way("pb-c2", "pb-c1");
	fd = capture("pb-c2");
	CHECK(point("pb-h1", mac) == 0);
	CHECK(out >= 0 && announce_send(out, bridge, mac, both, 2) == 0);
	len = next_of_ours(fd, frame, sizeof(frame));
	CHECK(len == ARP_FRAME_SIZE && memcmp(frame, arp_expected, ARP_FRAME_SIZE) == 0);
	len = next_of_ours(fd, frame, sizeof(frame));
	check_na(frame, len);
	close(fd);
	check_way("pb-c1", "pb-c2");
	CHECK(announce_send(out, 4711, mac, both, 2) < 0);
	/* It is of use after a failure. */
	CHECK(announce_send(out, bridge, mac, both, 2) == 0);
	close(out);
	CHECK(fdb_point(bridge, 4711, false, mac, NULL) < 0);
	CHECK(rt_delete(&all, NULL) == 0);
}

static void run(const char *command)
{
	CHECK(system(command) == 0); // NOLINT(cert-env33-c): commands of this file
}

static void shown(const char *entry)
{
	char command[200];

	snprintf(command, sizeof(command), "bridge fdb show br pb-lan | grep -q '%s'", entry);
	run(command);
}

static void what_does_not_move_is_left_where_it_is(void)
{
	static const uint8_t bridge_mac[6] = {2, 0x77, 0, 0, 0, 1};
	static const uint8_t port_mac[6] = {0xfe, 0, 0, 0, 0, 2};
	static const uint8_t fixed[6] = {2, 0x77, 0, 0, 0, 9};
	struct rt_names all = {.text = "pb-h1\0pb-h2\0pb-lan", .len = 19};

	bridge_and_pairs(bridge_mac);
	run("bridge fdb add 02:77:00:00:00:09 dev pb-h2 master static");
	CHECK(point("pb-h1", bridge_mac) == -EEXIST);
	CHECK(point("pb-h1", port_mac) == -EEXIST);
	CHECK(point("pb-h1", fixed) == -EEXIST);
	shown("02:77:00:00:00:01 dev pb-lan.* permanent");
	shown("fe:00:00:00:00:02 dev pb-h2.* permanent");
	shown("02:77:00:00:00:09 dev pb-h2.* static");
	/* What moves does, again and again. */
	CHECK(point("pb-h1", mac) == 0 && point("pb-h2", mac) == 0 && point("pb-h2", mac) == 0);
	shown("02:42:0a:4d:00:05 dev pb-h2");
	CHECK(rt_delete(&all, NULL) == 0);
}

/* Left out where the kernel has no VLANs in bridges. */
static void what_does_not_move_in_one_vlan_is_left(void)
{
	static const uint8_t bridge_mac[6] = {2, 0x77, 0, 0, 0, 1};
	static const uint8_t fixed[6] = {2, 0x77, 0, 0, 0, 10};
	struct rt_names all = {.text = "pb-h1\0pb-h2\0pb-lan", .len = 19};

	bridge_and_pairs(bridge_mac);
	// NOLINTNEXTLINE(cert-env33-c)
	if (system("ip link set pb-lan type bridge vlan_filtering 1 2>&1") == 0) {
		run("bridge vlan add vid 10 dev pb-h1; bridge vlan add vid 10 dev pb-h2");
		run("bridge fdb add 02:77:00:00:00:0a dev pb-h2 master static vlan 10");
		CHECK(point("pb-h1", fixed) == -EEXIST);
	}
	CHECK(rt_delete(&all, NULL) == 0);
}

static void a_watch_hears_and_is_woken(void)
{
	struct rt_names name = {.text = "pb-lan", .len = 7};
	struct rt_link event = {.size = 0};
	struct rt_sink sink = {.put = last_seen, .context = &event};
	struct rt_watch watch;
	int32_t bridge;

	CHECK(rt_watch_open(&watch) == 0);
	bridge = lan_bridge(mac);
	CHECK(rt_delete(&name, NULL) == 0);
	while (event.event != RT_GONE)
		CHECK(rt_watch_next(&watch, &sink) == 0);
	CHECK(event.index == bridge && strcmp(event.name, "pb-lan") == 0);
	CHECK(rt_watch_wake(&watch) == 0);
	CHECK(rt_watch_next(&watch, &sink) == -ECANCELED);
	rt_watch_close(&watch);
}

int main(void)
{
	frames_are_exact_and_the_bridge_learns_the_port();
	what_does_not_move_is_left_where_it_is();
	by_vlan = true;
	what_does_not_move_is_left_where_it_is();
	what_does_not_move_in_one_vlan_is_left();
	a_watch_hears_and_is_woken();
	return 0;
}
