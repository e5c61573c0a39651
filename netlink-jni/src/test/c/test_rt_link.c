// SPDX-License-Identifier: Apache-2.0
/* The verbs against the kernel, in a network namespace that is made before this program starts. */
#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "check.h"
#include "rt_dump.h"

#define MANY 300

static const uint8_t bridge_mac[6] = {2, 0x77, 0, 0, 0, 1};
static const uint8_t host_mac[6] = {0xfe, 0, 0, 0, 0, 1};
static const uint8_t container_mac[6] = {2, 0, 0, 0, 0, 5};

struct seen {
	unsigned int count;
	unsigned int resets;
	struct rt_link last;
	int answer;
};

static int see(void *context, const void *record, size_t size)
{
	struct seen *s = context;

	s->count++;
	memcpy(&s->last, record, size);
	return s->answer;
}

static void forget(void *context)
{
	struct seen *s = context;

	s->count = 0;
	s->resets++;
}

static struct rt_sink sink_of(struct seen *s)
{
	return (struct rt_sink){.put = see, .reset = forget, .context = s};
}

static struct rt_link lan(void)
{
	struct rt_bridge spec = {
		.name = "pb-lan", .alias = "a lan", .mac = bridge_mac, .mtu = 1400};
	struct rt_link made;

	CHECK(rt_create_bridge(&spec, &made, NULL) == 0);
	return made;
}

static int veth(const char *host, const char *container, uint32_t bridge)
{
	struct rt_veth spec = {
		.host = host,
		.container = container,
		.alias = "patchbay:endpoint",
		.host_mac = host_mac,
		.container_mac = container_mac,
		.bridge = bridge,
		.host_mtu = 1400,
		.container_mtu = 1400,
	};
	struct rt_link made;

	return rt_create_veth(&spec, &made, NULL);
}

static struct rt_names names(const char *text, size_t len)
{
	return (struct rt_names){.text = text, .len = len};
}

static bool exists(const char *name)
{
	return if_nametoindex(name) != 0;
}

static void a_bridge_is_quiet_and_keeps_its_mac(void)
{
	struct rt_link br = lan();

	CHECK(strcmp(br.name, "pb-lan") == 0 && strcmp(br.alias, "a lan") == 0);
	CHECK(strcmp(br.kind, "bridge") == 0 && br.mtu == 1400 && (br.flags & IFF_UP));
	CHECK(memcmp(br.mac, bridge_mac, 6) == 0);
	CHECK((br.marks & RT_BRIDGE) && !(br.marks & RT_STP) && br.forward_delay == 0);
	CHECK(rt_delete(&(struct rt_names){.text = "pb-lan", .len = 7}, NULL) == 0);
	CHECK(!exists("pb-lan"));
}

static void a_pair_that_is_refused_leaves_nothing_and_says_why(void)
{
	struct rt_words words = {.text = ""};
	struct rt_link br = lan();
	struct rt_names both = names("pb-h1\0pb-lan", 13);
	char alias[512];
	struct rt_veth spec = {
		.host = "pb-h2",
		.container = "pb-c2",
		.alias = alias,
		.host_mac = host_mac,
		.container_mac = container_mac,
		.bridge = (uint32_t)br.index,
		.host_mtu = 1400,
		.container_mtu = 1400,
	};
	struct rt_link made;

	CHECK(veth("pb-h1", "pb-c1", (uint32_t)br.index) == 0);
	CHECK(veth("pb-h1", "pb-c9", (uint32_t)br.index) == -EEXIST);
	CHECK(veth("pb-h9", "pb-c1", (uint32_t)br.index) == -EEXIST);
	CHECK(!exists("pb-h9") && !exists("pb-c9"));
	/* The loopback device can be nobody's master. */
	CHECK(veth("pb-h9", "pb-c9", 1) < 0);
	CHECK(!exists("pb-h9") && !exists("pb-c9"));
	/* The first request is fine and the second, the alias, is too long for the kernel. */
	memset(alias, 'x', sizeof(alias) - 1);
	alias[sizeof(alias) - 1] = 0;
	CHECK(rt_create_veth(&spec, &made, NULL) < 0);
	CHECK(!exists("pb-h2") && !exists("pb-c2"));
	CHECK(rt_set_mtu(br.index, 70000, &words) == -EINVAL);
	CHECK(strcmp(words.text, "mtu greater than device maximum") == 0);
	CHECK(rt_delete(&both, NULL) == 0);
}

static void only_ours_are_deleted(void)
{
	struct rt_names foreign = names("pb-lan\0lo", 10);
	struct rt_names bare = names("pb-", 4);
	struct rt_names open = names("pb-lan", 6);
	struct rt_names lan_alone = names("pb-lan", 7);

	lan();
	CHECK(rt_delete(&foreign, NULL) == -EPERM);
	CHECK(rt_delete(&bare, NULL) == -EINVAL);
	CHECK(rt_delete(&open, NULL) == -EINVAL);
	CHECK(exists("pb-lan"));
	CHECK(rt_delete(&lan_alone, NULL) == 0);
	CHECK(rt_delete(&lan_alone, NULL) == 0);
	CHECK(rt_delete(&(struct rt_names){.text = "", .len = 0}, NULL) == 0);
}

static void many_are_listed_and_deleted_at_once(void)
{
	static char text[MANY * 16];
	struct seen seen = {.count = 0};
	struct rt_sink sink = sink_of(&seen);
	struct rt_names all = {.text = text, .len = 0};
	struct rt_link br = lan();
	int i;

	for (i = 0; i < MANY; i++) {
		char *host = text + all.len;
		char container[16];

		all.len += (size_t)snprintf(host, 16, "pb-h%d", i) + 1;
		snprintf(container, sizeof(container), "pb-c%d", i);
		CHECK(veth(host, container, (uint32_t)br.index) == 0);
	}
	CHECK(rt_dump(RT_LINKS, -1, &sink, NULL) == 0);
	/* Both ends, the bridge and the loopback device. */
	CHECK(seen.count == 2 * MANY + 2);
	seen.answer = -ENOSPC;
	CHECK(rt_dump(RT_LINKS, -1, &sink, NULL) == -ENOSPC);
	seen = (struct seen){.count = 0};
	CHECK(rt_find(&all, &sink, NULL) == 0 && seen.count == MANY);
	CHECK(strcmp(seen.last.alias, "patchbay:endpoint") == 0);
	CHECK((seen.last.marks & RT_HAS_MASTER) && seen.last.master == (uint32_t)br.index);
	CHECK((seen.last.marks & RT_PORT) && (seen.last.marks & RT_HAS_PEER));
	CHECK(rt_delete(&all, NULL) == 0);
	CHECK(!exists("pb-h0") && !exists("pb-c299"));
	CHECK(rt_delete(&(struct rt_names){.text = "pb-lan", .len = 7}, NULL) == 0);
	CHECK(rt_dump(RT_LINKS, -1, &sink, NULL) == 0 && seen.count == 1);
}

static void a_pair_is_moved_to_another_bridge_and_mtu(void)
{
	struct rt_bridge other = {
		.name = "pb-lan2", .alias = "", .mac = host_mac, .mtu = RT_NO_MTU};
	struct seen seen = {.count = 0};
	struct rt_sink sink = sink_of(&seen);
	struct rt_names host = names("pb-h1", 6);
	struct rt_names both = names("pb-lan\0pb-lan2\0pb-h1", 21);
	struct rt_link made;
	struct rt_link br = lan();

	CHECK(rt_create_bridge(&other, &made, NULL) == 0);
	CHECK(rt_create_bridge(&other, &br, NULL) == -EEXIST);
	CHECK(veth("pb-h1", "pb-c1", (uint32_t)if_nametoindex("pb-lan")) == 0);
	CHECK(rt_adjust((int32_t)if_nametoindex("pb-h1"), (uint32_t)made.index, 1300, NULL) == 0);
	CHECK(rt_set_mtu((int32_t)if_nametoindex("pb-c1"), 1300, NULL) == 0);
	CHECK(rt_find(&host, &sink, NULL) == 0 && seen.count == 1);
	CHECK(seen.last.mtu == 1300 && seen.last.master == (uint32_t)made.index);
	CHECK(rt_adjust(4711, 0, 0, NULL) == -ENODEV);
	CHECK(rt_delete(&both, NULL) == 0);
}

int main(void)
{
	CHECK(rt_dump(99, -1,
		      &(struct rt_sink){.put = see, .reset = forget, .context = &(struct seen){0}},
		      NULL) == -EINVAL);
	a_bridge_is_quiet_and_keeps_its_mac();
	a_pair_that_is_refused_leaves_nothing_and_says_why();
	only_ours_are_deleted();
	many_are_listed_and_deleted_at_once();
	a_pair_is_moved_to_another_bridge_and_mtu();
	return 0;
}
