// SPDX-License-Identifier: Apache-2.0
#include "rt_link.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <string.h>
#include <unistd.h>

#include "nl_sock.h"
#include "rt_names.h"

#define REQUEST_SIZE 1024
#define SKIP_STATISTICS (1 << 3) /* RTEXT_FILTER_SKIP_STATS: a quarter of the bytes less */

static void start_link(struct nl_buf *b, uint16_t type, uint16_t flags, uint32_t seq,
		       struct ifinfomsg info)
{
	nl_start(b, type, flags, seq, &info, sizeof(info));
}

static void put_get(struct nl_buf *b, uint32_t seq, const char *name)
{
	start_link(b, RTM_GETLINK, NLM_F_ACK, seq, (struct ifinfomsg){.ifi_family = AF_UNSPEC});
	nl_put_u32(b, IFLA_EXT_MASK, SKIP_STATISTICS);
	nl_put_str(b, IFLA_IFNAME, name);
}

static int take_link(void *context, const struct nl_msg *msg)
{
	struct rt_link link;

	if (rt_parse_link(msg, &link))
		memcpy(context, &link, sizeof(link));
	return 0;
}

static void put_veth(struct nl_buf *b, uint32_t seq, const struct rt_veth *v)
{
	struct ifinfomsg up = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	struct ifinfomsg down = {.ifi_family = AF_UNSPEC};
	size_t info;
	size_t data;
	size_t peer;

	start_link(b, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, seq, up);
	nl_put_str(b, IFLA_IFNAME, v->host);
	nl_put(b, IFLA_ADDRESS, v->host_mac, 6);
	nl_put_u32(b, IFLA_MTU, v->host_mtu);
	nl_put_u32(b, IFLA_MASTER, v->bridge);
	info = nl_nest(b, IFLA_LINKINFO, NULL, 0);
	nl_put_str(b, IFLA_INFO_KIND, "veth");
	data = nl_nest(b, IFLA_INFO_DATA, NULL, 0);
	peer = nl_nest(b, VETH_INFO_PEER, &down, sizeof(down));
	nl_put_str(b, IFLA_IFNAME, v->container);
	nl_put(b, IFLA_ADDRESS, v->container_mac, 6);
	nl_put_u32(b, IFLA_MTU, v->container_mtu);
	nl_nest_end(b, peer);
	nl_nest_end(b, data);
	nl_nest_end(b, info);
}

static void put_bridge(struct nl_buf *b, uint32_t seq, const struct rt_bridge *br)
{
	struct ifinfomsg up = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	size_t info;
	size_t data;

	start_link(b, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, seq, up);
	nl_put_str(b, IFLA_IFNAME, br->name);
	nl_put(b, IFLA_ADDRESS, br->mac, 6);
	info = nl_nest(b, IFLA_LINKINFO, NULL, 0);
	nl_put_str(b, IFLA_INFO_KIND, "bridge");
	data = nl_nest(b, IFLA_INFO_DATA, NULL, 0);
	nl_put_u32(b, IFLA_BR_STP_STATE, 0);
	nl_put_u32(b, IFLA_BR_FORWARD_DELAY, 0);
	nl_nest_end(b, data);
	nl_nest_end(b, info);
}

static void put_delete(struct nl_buf *b, uint32_t seq, const char *name)
{
	start_link(b, RTM_DELLINK, NLM_F_ACK, seq, (struct ifinfomsg){.ifi_family = AF_UNSPEC});
	nl_put_str(b, IFLA_IFNAME, name);
}

static void remove_made(int fd, const char *name)
{
	unsigned char room[REQUEST_SIZE];
	struct nl_buf b;
	int result = 0;
	struct nl_exchange x = {.first_seq = 100, .count = 1, .results = &result};

	nl_begin(&b, room, sizeof(room));
	put_delete(&b, x.first_seq, name);
	/* What could be done about a failure here has been tried; the first error is answered. */
	(void)nl_talk(fd, &b, &x);
}

/*
 * Three requests in one system call: make it, set what the kernel does not take while making it,
 * read it back. The kernel goes on after a refusal, but an alias never reaches a link that was
 * there before: the caller looked the name up and holds a lock over both.
 */
static int make(struct nl_buf *b, const char *name, struct rt_link *made, struct rt_words *words)
{
	int results[3];
	struct nl_exchange x = {
		.first_seq = 1,
		.count = 3,
		.results = results,
		.on_message = take_link,
		.context = made,
		.words = words ? words->text : NULL,
		.words_size = words ? sizeof(words->text) : 0,
	};
	int fd = nl_open(0);
	int ret;

	if (fd < 0)
		return fd;
	ret = nl_talk(fd, b, &x);
	if (!ret)
		ret = results[0];
	if (!ret && (results[1] || results[2])) {
		ret = results[1] ? results[1] : results[2];
		remove_made(fd, name);
	}
	close(fd);
	return ret;
}

int rt_create_veth(const struct rt_veth *veth, struct rt_link *host, struct rt_words *words)
{
	unsigned char room[REQUEST_SIZE];
	struct nl_buf b;

	nl_begin(&b, room, sizeof(room));
	put_veth(&b, 1, veth);
	/* RTM_NEWLINK takes no IFLA_IFALIAS while it makes a link (rtnl_create_link). */
	start_link(&b, RTM_SETLINK, NLM_F_ACK, 2, (struct ifinfomsg){.ifi_family = AF_UNSPEC});
	nl_put_str(&b, IFLA_IFNAME, veth->host);
	nl_put(&b, IFLA_IFALIAS, veth->alias, strlen(veth->alias));
	put_get(&b, 3, veth->host);
	return make(&b, veth->host, host, words);
}

int rt_create_bridge(const struct rt_bridge *bridge, struct rt_link *made, struct rt_words *words)
{
	unsigned char room[REQUEST_SIZE];
	struct nl_buf b;

	nl_begin(&b, room, sizeof(room));
	put_bridge(&b, 1, bridge);
	start_link(&b, RTM_SETLINK, NLM_F_ACK, 2, (struct ifinfomsg){.ifi_family = AF_UNSPEC});
	nl_put_str(&b, IFLA_IFNAME, bridge->name);
	if (bridge->alias[0])
		nl_put(&b, IFLA_IFALIAS, bridge->alias, strlen(bridge->alias));
	/*
	 * A bridge whose MTU was set after it was made keeps it; one that was made with it takes
	 * the least of its ports (br_mtu_auto_adjust).
	 */
	if (bridge->mtu != RT_NO_MTU)
		nl_put_u32(&b, IFLA_MTU, bridge->mtu);
	put_get(&b, 3, bridge->name);
	return make(&b, bridge->name, made, words);
}

static int one(struct nl_buf *b, struct rt_words *words)
{
	int result = 0;
	struct nl_exchange x = {
		.first_seq = 1,
		.count = 1,
		.results = &result,
		.words = words ? words->text : NULL,
		.words_size = words ? sizeof(words->text) : 0,
	};
	int fd = nl_open(0);
	int ret;

	if (fd < 0)
		return fd;
	ret = nl_talk(fd, b, &x);
	close(fd);
	return ret ? ret : result;
}

int rt_adjust(int32_t index, uint32_t master, uint32_t mtu, struct rt_words *words)
{
	unsigned char room[REQUEST_SIZE];
	struct ifinfomsg up = {.ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	struct nl_buf b;

	nl_begin(&b, room, sizeof(room));
	start_link(&b, RTM_SETLINK, NLM_F_ACK, 1, up);
	if (mtu != RT_NO_MTU)
		nl_put_u32(&b, IFLA_MTU, mtu);
	if (master)
		nl_put_u32(&b, IFLA_MASTER, master);
	return one(&b, words);
}

int rt_set_mtu(int32_t index, uint32_t mtu, struct rt_words *words)
{
	unsigned char room[REQUEST_SIZE];
	struct nl_buf b;

	nl_begin(&b, room, sizeof(room));
	start_link(&b, RTM_SETLINK, NLM_F_ACK, 1, (struct ifinfomsg){.ifi_index = index});
	nl_put_u32(&b, IFLA_MTU, mtu);
	return one(&b, words);
}

static int find_one(int fd, const char *name, struct rt_sink *sink, struct rt_words *words)
{
	unsigned char room[REQUEST_SIZE];
	struct rt_link link = {.size = 0};
	struct nl_buf b;
	int result = 0;
	struct nl_exchange x = {
		.first_seq = 1,
		.count = 1,
		.results = &result,
		.on_message = take_link,
		.context = &link,
		.words = words ? words->text : NULL,
		.words_size = words ? sizeof(words->text) : 0,
	};
	int ret;

	nl_begin(&b, room, sizeof(room));
	put_get(&b, x.first_seq, name);
	ret = nl_talk(fd, &b, &x);
	if (ret)
		return ret;
	if (result)
		return result == -ENODEV ? 0 : result;
	/* An alternative name (IFLA_PROP_LIST) finds a link too; that is not its name. */
	if (link.size && strcmp(link.name, name) == 0)
		return sink->put(sink->context, &link, link.size);
	return 0;
}

int rt_find(const struct rt_names *names, struct rt_sink *sink, struct rt_words *words)
{
	struct rt_names rest = *names;
	const char *name;
	int fd = nl_open(0);
	int ret = 0;

	if (fd < 0)
		return fd;
	while (!ret && (name = rt_next_name(&rest)))
		ret = find_one(fd, name, sink, words);
	close(fd);
	return ret;
}
