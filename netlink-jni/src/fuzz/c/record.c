// SPDX-License-Identifier: Apache-2.0
/*
 * Writes real answers of this kernel into a folder, as seeds for the fuzzer. Run in a namespace of
 * its own by `make corpus`.
 */
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nl_sock.h"
#include "rt_link.h"

#define FILE_LIMIT 6000

static void die(const char *what)
{
	fprintf(stderr, "record: %s failed\n", what);
	exit(1);
}

static void save(const char *folder, const char *name, const void *data, size_t len)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "wb");
	if (!f || fwrite(data, 1, len, f) != len || fclose(f) != 0)
		die(path);
}

/* The answer to one request as it comes off the socket. */
static void record(const char *folder, const char *name, const struct nl_buf *b)
{
	unsigned char answer[NL_ANSWER_SIZE];
	int fd = nl_open(0);
	int n;

	if (fd < 0 || b->err || send(fd, b->data, b->used, 0) < 0)
		die(name);
	n = nl_receive(fd, answer, sizeof(answer));
	if (n < 0)
		die(name);
	save(folder, name, answer, n > FILE_LIMIT ? FILE_LIMIT : (size_t)n);
	close(fd);
}

static void make_links(void)
{
	static const uint8_t mac[6] = {2, 0x77, 0, 0, 0, 1};
	struct rt_bridge bridge = {.name = "pb-lan", .alias = "a lan", .mac = mac, .mtu = 1400};
	struct rt_veth veth = {
		.host = "pb-h1",
		.container = "pb-c1",
		.alias = "patchbay:0123456789abcdef",
		.host_mac = mac,
		.container_mac = mac,
		.host_mtu = 1400,
		.container_mtu = 1400,
	};
	struct rt_link made;

	if (rt_create_bridge(&bridge, &made, NULL))
		die("bridge");
	veth.bridge = (uint32_t)made.index;
	if (rt_create_veth(&veth, &made, NULL))
		die("veth");
}

static void get_link(struct nl_buf *b, const char *name)
{
	struct ifinfomsg info = {.ifi_family = AF_UNSPEC};

	nl_start(b, RTM_GETLINK, 0, 1, &info, sizeof(info));
	nl_put_str(b, IFLA_IFNAME, name);
}

int main(int argc, char **argv)
{
	static const char *const links[] = {"lo", "pb-lan", "pb-h1", "pb-c1", "pb-none"};
	struct ifaddrmsg addr = {.ifa_family = AF_UNSPEC};
	struct rtmsg v4 = {.rtm_family = AF_INET, .rtm_table = RT_TABLE_MAIN};
	struct rtmsg v6 = {.rtm_family = AF_INET6, .rtm_table = RT_TABLE_MAIN};
	struct ifinfomsg none = {.ifi_index = 4711};
	unsigned char room[512];
	struct nl_buf b;
	size_t i;

	if (argc != 2)
		die("usage: record FOLDER; it");
	make_links();
	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		nl_begin(&b, room, sizeof(room));
		get_link(&b, links[i]);
		record(argv[1], links[i], &b);
	}
	nl_begin(&b, room, sizeof(room));
	nl_start(&b, RTM_GETADDR, NLM_F_DUMP, 1, &addr, sizeof(addr));
	record(argv[1], "addresses", &b);
	nl_begin(&b, room, sizeof(room));
	nl_start(&b, RTM_GETROUTE, NLM_F_DUMP, 1, &v4, sizeof(v4));
	record(argv[1], "routes4", &b);
	nl_begin(&b, room, sizeof(room));
	nl_start(&b, RTM_GETROUTE, NLM_F_DUMP, 1, &v6, sizeof(v6));
	record(argv[1], "routes6", &b);
	nl_begin(&b, room, sizeof(room));
	nl_start(&b, RTM_DELLINK, NLM_F_ACK, 1, &none, sizeof(none));
	record(argv[1], "refusal", &b);
	/* This one is told in words. */
	none.ifi_index = 0;
	nl_begin(&b, room, sizeof(room));
	nl_start(&b, RTM_SETLINK, NLM_F_ACK, 1, &none, sizeof(none));
	nl_put_str(&b, IFLA_IFNAME, "pb-lan");
	nl_put_u32(&b, IFLA_MTU, 70000);
	record(argv[1], "refusal-words", &b);
	return 0;
}
