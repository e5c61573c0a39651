// SPDX-License-Identifier: Apache-2.0
#include "rt_dump.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nl_sock.h"

#define REQUEST_SIZE 256
#define TRIES 32
#define SKIP_STATISTICS (1 << 3) /* RTEXT_FILTER_SKIP_STATS */
#define VLAN_RANGES (1 << 2)     /* RTEXT_FILTER_BRVLAN_COMPRESSED */

struct dump {
	int what;
	int32_t netns;
	struct rt_sink *sink;
};

static int take_vlans(struct dump *d, const struct nl_msg *msg)
{
	struct rt_vlan_walk walk;
	struct rt_vlan vlan;
	int ret = 0;

	if (!rt_parse_vlans(msg, &walk))
		return 0;
	while (!ret && rt_next_vlan(&walk, &vlan))
		ret = d->sink->put(d->sink->context, &vlan, vlan.size);
	return ret;
}

static int take(void *context, const struct nl_msg *msg)
{
	struct dump *d = context;
	struct rt_link link;
	struct rt_addr addr;
	struct rt_route route;
	struct rt_fdb entry;

	switch (d->what) {
	case RT_LINKS:
		if (rt_parse_link(msg, &link))
			return d->sink->put(d->sink->context, &link, link.size);
		return 0;
	case RT_ADDRESSES:
		if (rt_parse_addr(msg, &addr))
			return d->sink->put(d->sink->context, &addr, addr.size);
		return 0;
	case RT_VLANS:
		return take_vlans(d, msg);
	case RT_FDB:
		if (rt_parse_fdb(msg, &entry))
			return d->sink->put(d->sink->context, &entry, entry.size);
		return 0;
	default:
		if (rt_parse_route(msg, &route))
			return d->sink->put(d->sink->context, &route, route.size);
		return 0;
	}
}

static int ask(struct nl_buf *b, const struct dump *d, uint8_t family, uint32_t seq)
{
	struct ifinfomsg link = {.ifi_family = family};
	struct ifaddrmsg addr = {.ifa_family = family};
	struct rtmsg route = {.rtm_family = family, .rtm_table = RT_TABLE_MAIN};
	struct ndmsg entry = {.ndm_family = family};

	switch (d->what) {
	case RT_LINKS:
		nl_start(b, RTM_GETLINK, NLM_F_DUMP, seq, &link, sizeof(link));
		nl_put_u32(b, IFLA_EXT_MASK, SKIP_STATISTICS);
		if (d->netns >= 0)
			nl_put_u32(b, IFLA_TARGET_NETNSID, (uint32_t)d->netns);
		return 0;
	case RT_VLANS:
		nl_start(b, RTM_GETLINK, NLM_F_DUMP, seq, &link, sizeof(link));
		nl_put_u32(b, IFLA_EXT_MASK, VLAN_RANGES);
		return 0;
	case RT_ADDRESSES:
		nl_start(b, RTM_GETADDR, NLM_F_DUMP, seq, &addr, sizeof(addr));
		if (d->netns >= 0)
			nl_put_u32(b, IFA_TARGET_NETNSID, (uint32_t)d->netns);
		return 0;
	case RT_FDB:
		nl_start(b, RTM_GETNEIGH, NLM_F_DUMP, seq, &entry, sizeof(entry));
		return 0;
	case RT_ROUTES:
		nl_start(b, RTM_GETROUTE, NLM_F_DUMP, seq, &route, sizeof(route));
		return 0;
	default:
		return -EINVAL;
	}
}

/* 0, or -errno; *interrupted becomes true if the dump is not of one moment. */
static int dump_family(int fd, struct dump *d, uint8_t family, uint32_t seq, bool *interrupted,
		       struct rt_words *words)
{
	unsigned char room[REQUEST_SIZE];
	struct nl_buf b;
	int result = 0;
	struct nl_exchange x = {
		.first_seq = seq,
		.count = 1,
		.results = &result,
		.on_message = take,
		.context = d,
		.words = words ? words->text : NULL,
		.words_size = words ? sizeof(words->text) : 0,
	};
	int ret;

	nl_begin(&b, room, sizeof(room));
	ret = ask(&b, d, family, seq);
	if (!ret)
		ret = nl_talk(fd, &b, &x);
	if (x.interrupted)
		*interrupted = true;
	if (ret)
		return ret;
	/* A main table that has never had a route does not exist yet. */
	return d->what == RT_ROUTES && result == -ENOENT ? 0 : result;
}

int rt_dump(int what, int32_t netns, struct rt_sink *sink, struct rt_words *words)
{
	struct dump d = {.what = what, .netns = netns, .sink = sink};
	/* With strict checks a route's table is only looked for if the family is named. */
	bool bridges = what == RT_VLANS || what == RT_FDB;
	uint8_t family = what == RT_ROUTES ? AF_INET : bridges ? AF_BRIDGE : AF_UNSPEC;
	uint32_t seq = 1;
	int try;
	int ret = -EINTR;
	int fd = nl_open(0);

	if (fd < 0)
		return fd;
	for (try = 0; try < TRIES && ret == -EINTR; try++) {
		bool interrupted = false;

		sink->reset(sink->context);
		if (words)
			words->text[0] = 0;
		ret = dump_family(fd, &d, family, seq++, &interrupted, words);
		if (!ret && what == RT_ROUTES)
			ret = dump_family(fd, &d, AF_INET6, seq++, &interrupted, words);
		if (!ret && interrupted)
			ret = -EINTR;
	}
	close(fd);
	return ret;
}
