// SPDX-License-Identifier: Apache-2.0
/* Everything that reads what a netlink socket gave, on arbitrary bytes. */
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "rt_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
	if (!condition)
		abort();
}

static void check_link(const struct rt_link *link)
{
	must(link->size <= sizeof(*link) && link->size > offsetof(struct rt_link, alias));
	must(link->size % 4 == 0);
	must(memchr(link->name, 0, sizeof(link->name)) != NULL);
	must(memchr(link->kind, 0, sizeof(link->kind)) != NULL);
	must(memchr(link->alias, 0, link->size - offsetof(struct rt_link, alias)) != NULL);
}

static void read_all(const struct nl_msg *msg)
{
	struct rt_link link;
	struct rt_addr addr;
	struct rt_route route;
	struct rt_fdb entry;
	char words[64];

	if (rt_parse_link(msg, &link))
		check_link(&link);
	if (rt_parse_port(msg, &link))
		check_link(&link);
	if (rt_parse_addr(msg, &addr))
		must((addr.len == 4 || addr.len == 16) && addr.prefix <= addr.len * 8);
	if (rt_parse_route(msg, &route))
		must((route.len == 4 || route.len == 16) && route.prefix <= route.len * 8 &&
		     route.hop_len <= sizeof(route.hop));
	if (rt_parse_fdb(msg, &entry))
		must(msg->type == RTM_NEWNEIGH);
	must(nl_error(msg, words, sizeof(words)) <= 0);
	must(memchr(words, 0, sizeof(words)) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nl_walk w = {.at = data, .left = size};
	struct nl_msg msg;

	while (nl_next_msg(&w, &msg))
		read_all(&msg);
	return 0;
}
