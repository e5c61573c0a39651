// SPDX-License-Identifier: Apache-2.0
/*
 * Deleting a link makes the kernel wait until nobody can be reading it any more, some 15 ms, most
 * of it independent of how many are deleted at once. So several links are first put into a group
 * that nobody else has and the group is deleted by one request (rtnl_group_dellink).
 */
#include <errno.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "nl_sock.h"
#include "rt_link.h"
#include "rt_names.h"

/* Requests of one system call; their refusals must fit into the socket's receive buffer. */
#define CHUNK 64
#define REQUEST_SIZE ((CHUNK + 1) * 64)
#define DEFAULT_GROUP 0

static const struct ifinfomsg any = {.ifi_family = AF_UNSPEC};

static int check_ours(const struct rt_names *names)
{
	struct rt_names rest = *names;
	const char *name;

	if (names->len && names->text[names->len - 1])
		return -EINVAL;
	while ((name = rt_next_name(&rest))) {
		size_t len = strlen(name);

		if (strncmp(name, RT_OUR_PREFIX, strlen(RT_OUR_PREFIX)) != 0)
			return -EPERM;
		if (len == strlen(RT_OUR_PREFIX) || len >= IFNAMSIZ)
			return -EINVAL;
	}
	return 0;
}

/*
 * Two batches that took the same number would delete each other's links, and those of an operator
 * who groups links himself, so it is random and large: 2^30 of them.
 */
static int fresh_group(uint32_t *group)
{
	if (getrandom(group, sizeof(*group), 0) != (ssize_t)sizeof(*group))
		return errno ? -errno : -EIO;
	*group = (*group >> 2) | 0x40000000U;
	return 0;
}

static void put_group(struct nl_buf *b, uint16_t flags, uint32_t seq, const char *name,
		      uint32_t group)
{
	nl_start(b, RTM_SETLINK, flags, seq, &any, sizeof(any));
	nl_put_str(b, IFLA_IFNAME, name);
	nl_put_u32(b, IFLA_GROUP, group);
}

static int first_error(const int *results, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		if (results[i] && results[i] != -ENODEV)
			return results[i];
	}
	return 0;
}

/* Puts all into the group; those of the last chunk and the deletion go in one system call. */
static int group_all(int fd, const struct rt_names *names, uint32_t group, bool then_delete,
		     struct rt_words *words)
{
	unsigned char room[REQUEST_SIZE];
	int results[CHUNK + 1];
	struct nl_exchange x = {.first_seq = 1, .results = results};
	struct rt_names rest = *names;
	const char *name = rt_next_name(&rest);
	int ret = 0;

	if (words) {
		x.words = words->text;
		x.words_size = sizeof(words->text);
	}
	while (!ret && name) {
		struct nl_buf b;

		nl_begin(&b, room, sizeof(room));
		for (x.count = 0; name && x.count < CHUNK; x.count++) {
			const char *next = rt_next_name(&rest);
			bool last = x.count == CHUNK - 1 || (!next && !then_delete);

			put_group(&b, last ? NLM_F_ACK : 0, x.first_seq + x.count, name, group);
			name = next;
		}
		if (!name && then_delete) {
			nl_start(&b, RTM_DELLINK, NLM_F_ACK, x.first_seq + x.count, &any,
				 sizeof(any));
			nl_put_u32(&b, IFLA_GROUP, group);
			x.count++;
		}
		ret = nl_talk(fd, &b, &x);
		if (!ret)
			ret = first_error(results, x.count);
		x.first_seq += x.count;
	}
	return ret;
}

static int delete_one(int fd, const char *name, struct rt_words *words)
{
	unsigned char room[128];
	struct nl_buf b;
	int result = 0;
	struct nl_exchange x = {.first_seq = 1, .count = 1, .results = &result};
	int ret;

	if (words) {
		x.words = words->text;
		x.words_size = sizeof(words->text);
	}
	nl_begin(&b, room, sizeof(room));
	nl_start(&b, RTM_DELLINK, NLM_F_ACK, x.first_seq, &any, sizeof(any));
	nl_put_str(&b, IFLA_IFNAME, name);
	ret = nl_talk(fd, &b, &x);
	if (!ret)
		ret = result;
	return ret == -ENODEV ? 0 : ret;
}

static int delete_each(int fd, const struct rt_names *names, struct rt_words *words)
{
	struct rt_names rest = *names;
	const char *name;
	int ret = 0;

	while ((name = rt_next_name(&rest))) {
		int failed = delete_one(fd, name, ret ? NULL : words);

		if (!ret)
			ret = failed;
	}
	return ret;
}

/*
 * A group with one link that cannot be deleted, such as a NIC that somebody named like ours, is
 * refused as a whole: then they go one by one, and only that one is the error.
 */
static int delete_group(int fd, const struct rt_names *names, struct rt_words *words)
{
	uint32_t group;
	int ret = fresh_group(&group);

	if (ret)
		return ret;
	ret = group_all(fd, names, group, true, NULL);
	if (!ret)
		return 0;
	(void)group_all(fd, names, DEFAULT_GROUP, false, NULL);
	return delete_each(fd, names, words);
}

int rt_delete(const struct rt_names *names, struct rt_words *words)
{
	struct rt_names rest = *names;
	const char *first;
	int fd;
	int ret = check_ours(names);

	if (ret)
		return ret;
	first = rt_next_name(&rest);
	if (!first)
		return 0;
	fd = nl_open(0);
	if (fd < 0)
		return fd;
	ret = rest.len ? delete_group(fd, names, words) : delete_one(fd, first, words);
	close(fd);
	return ret;
}
