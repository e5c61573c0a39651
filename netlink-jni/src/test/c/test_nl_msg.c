// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "check.h"
#include "rt_parse.h"

static void what_is_put_is_walked(void)
{
	unsigned char room[256];
	struct nl_buf b;
	struct nl_walk w = {.at = room};
	struct nl_walk inner;
	struct nl_msg msg;
	struct nl_attr attr;
	uint32_t number;
	char text[4];
	size_t nest;

	nl_begin(&b, room, sizeof(room));
	nl_start(&b, 77, NLM_F_ACK, 5, "head", 4);
	nl_put_u32(&b, 1, 0xdeadbeef);
	nest = nl_nest(&b, 2, "xy", 2);
	nl_put_str(&b, 3, "abcdef");
	nl_nest_end(&b, nest);
	nl_start(&b, 78, 0, 6, "", 0);
	CHECK(!b.err);
	w.left = b.used;
	CHECK(nl_next_msg(&w, &msg) && msg.type == 77 && msg.seq == 5);
	CHECK(msg.flags == (NLM_F_REQUEST | NLM_F_ACK));
	inner = nl_attrs(&msg, 4);
	CHECK(nl_next_attr(&inner, &attr) && attr.type == 1);
	CHECK(nl_get_u32(&attr, &number) && number == 0xdeadbeef);
	CHECK(nl_next_attr(&inner, &attr) && attr.type == 2);
	CHECK(!nl_next_attr(&inner, &(struct nl_attr){.type = 0}));
	/* Behind the nest's own header of two bytes and their padding. */
	inner = nl_nested(&attr);
	inner.at += 4;
	inner.left -= 4;
	CHECK(nl_next_attr(&inner, &attr) && attr.type == 3);
	nl_get_str(&attr, text, sizeof(text));
	CHECK(strcmp(text, "abc") == 0);
	CHECK(nl_next_msg(&w, &msg) && msg.type == 78 && msg.len == 0);
	CHECK(!nl_next_msg(&w, &msg));
}

static void what_does_not_fit_is_an_error_and_nothing_is_written(void)
{
	unsigned char room[40];
	struct nl_buf b;
	size_t nest;
	size_t len;

	for (len = 0; len < 36; len++) {
		memset(room, 0xaa, sizeof(room));
		nl_begin(&b, room, len);
		nl_start(&b, 1, 0, 1, "1234", 4);
		nest = nl_nest(&b, 1, NULL, 0);
		nl_put_u32(&b, 1, 1);
		nl_put_str(&b, 1, "x");
		nl_nest_end(&b, nest);
		CHECK(b.err == -EMSGSIZE);
		CHECK(room[len] == 0xaa);
	}
}

static void what_is_malformed_ends_the_walk(void)
{
	unsigned char room[64] = {0};
	struct nlmsghdr h = {.nlmsg_len = 15};
	struct nlattr a = {.nla_len = 3};
	struct nl_msg msg;
	struct nl_attr attr;
	struct nl_walk w = {.at = room, .left = 15};

	CHECK(!nl_next_msg(&w, &msg));
	memcpy(room, &h, sizeof(h));
	w.left = sizeof(room);
	CHECK(!nl_next_msg(&w, &msg));
	h.nlmsg_len = 65;
	memcpy(room, &h, sizeof(h));
	CHECK(!nl_next_msg(&w, &msg));
	h.nlmsg_len = UINT32_MAX;
	memcpy(room, &h, sizeof(h));
	CHECK(!nl_next_msg(&w, &msg));
	memcpy(room, &a, sizeof(a));
	CHECK(!nl_next_attr(&w, &attr));
	a.nla_len = 65;
	memcpy(room, &a, sizeof(a));
	CHECK(!nl_next_attr(&w, &attr));
	w.left = 3;
	CHECK(!nl_next_attr(&w, &attr));
}

static void text_without_a_zero_is_closed(void)
{
	const struct nl_attr attr = {.data = (const unsigned char *)"abcdef", .len = 3};
	char text[8];

	nl_get_str(&attr, text, sizeof(text));
	CHECK(strcmp(text, "abc") == 0);
	nl_get_str(&attr, text, 2);
	CHECK(strcmp(text, "a") == 0);
}

/* An acknowledgement as the kernel writes it: error, request's header, request if not capped, text.
 */
static struct nl_msg error_message(unsigned char *room, size_t size, uint16_t flags, int error,
				   size_t echoed)
{
	struct nlmsgerr e = {.error = error};
	unsigned char zeros[32] = {0};
	struct nl_buf b;
	struct nl_walk w = {.at = room};
	struct nl_msg msg;
	unsigned char head[sizeof(e) + sizeof(zeros)];

	e.msg.nlmsg_len = (uint32_t)(sizeof(e.msg) + echoed);
	memcpy(head, &e, sizeof(e));
	memcpy(head + sizeof(e), zeros, sizeof(zeros));
	nl_begin(&b, room, size);
	nl_start(&b, NLMSG_ERROR, flags, 1, head,
		 flags & NLM_F_CAPPED ? sizeof(e) : sizeof(e) + echoed);
	nl_put_str(&b, NLMSGERR_ATTR_MSG, "Device is no bridge");
	w.left = b.used;
	CHECK(nl_next_msg(&w, &msg));
	return msg;
}

static void the_kernels_words_are_found_capped_or_not(void)
{
	unsigned char room[256];
	char words[64];
	struct nl_msg msg;

	msg = error_message(room, sizeof(room), NLM_F_CAPPED | NLM_F_ACK_TLVS, -EINVAL, 20);
	CHECK(nl_error(&msg, words, sizeof(words)) == -EINVAL);
	CHECK(strcmp(words, "Device is no bridge") == 0);
	msg = error_message(room, sizeof(room), NLM_F_ACK_TLVS, -EBUSY, 20);
	CHECK(nl_error(&msg, words, sizeof(words)) == -EBUSY);
	CHECK(strcmp(words, "Device is no bridge") == 0);
	CHECK(nl_error(&msg, NULL, 0) == -EBUSY);
	msg = error_message(room, sizeof(room), NLM_F_CAPPED, -EINVAL, 0);
	CHECK(nl_error(&msg, words, sizeof(words)) == -EINVAL && words[0] == 0);
	msg = error_message(room, sizeof(room), NLM_F_CAPPED, 7, 0);
	CHECK(nl_error(&msg, words, sizeof(words)) == -EBADMSG);
	msg.len = 4;
	CHECK(nl_error(&msg, words, sizeof(words)) == -EBADMSG);
}

static void put_vlan(struct nl_buf *b, uint16_t vid, uint16_t flags)
{
	struct bridge_vlan_info info = {.flags = flags, .vid = vid};

	nl_put(b, IFLA_BRIDGE_VLAN_INFO, &info, sizeof(info));
}

/* As the kernel tells a port's VLANs: 5 alone, from 7 to 9, and 1 for what has no tag. */
static void vlans_of_a_port_are_told_one_after_the_other(void)
{
	struct ifinfomsg info = {.ifi_family = AF_BRIDGE, .ifi_index = 3};
	unsigned char room[256];
	struct nl_buf b;
	struct nl_walk w = {.at = room};
	struct nl_msg msg;
	struct rt_vlan_walk walk;
	struct rt_vlan vlan;
	size_t nest;

	nl_begin(&b, room, sizeof(room));
	nl_start(&b, RTM_NEWLINK, 0, 1, &info, sizeof(info));
	nl_put_str(&b, IFLA_IFNAME, "eth0");
	nest = nl_nest(&b, IFLA_AF_SPEC, "", 0);
	put_vlan(&b, 1, BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED);
	put_vlan(&b, 5, 0);
	put_vlan(&b, 7, BRIDGE_VLAN_INFO_RANGE_BEGIN);
	put_vlan(&b, 9, BRIDGE_VLAN_INFO_RANGE_END);
	nl_put_u16(&b, IFLA_BRIDGE_VLAN_INFO, 11); /* too short to be one */
	put_vlan(&b, 4, BRIDGE_VLAN_INFO_RANGE_END);
	nl_nest_end(&b, nest);
	w.left = b.used;
	CHECK(!b.err && nl_next_msg(&w, &msg) && rt_parse_vlans(&msg, &walk));
	CHECK(rt_next_vlan(&walk, &vlan) && vlan.index == 3 && vlan.pvid == 1);
	CHECK(vlan.first == 1 && vlan.last == 1);
	CHECK(rt_next_vlan(&walk, &vlan) && vlan.first == 5 && vlan.last == 5 && !vlan.pvid);
	CHECK(rt_next_vlan(&walk, &vlan) && vlan.first == 7 && vlan.last == 9);
	CHECK(rt_next_vlan(&walk, &vlan) && vlan.first == 4 && vlan.last == 4);
	CHECK(!rt_next_vlan(&walk, &vlan));
	info.ifi_family = AF_UNSPEC;
	nl_begin(&b, room, sizeof(room));
	nl_start(&b, RTM_NEWLINK, 0, 1, &info, sizeof(info));
	w = (struct nl_walk){.at = room, .left = b.used};
	CHECK(nl_next_msg(&w, &msg) && !rt_parse_vlans(&msg, &walk));
}

int main(void)
{
	vlans_of_a_port_are_told_one_after_the_other();
	what_is_put_is_walked();
	what_does_not_fit_is_an_error_and_nothing_is_written();
	what_is_malformed_ends_the_walk();
	text_without_a_zero_is_closed();
	the_kernels_words_are_found_capped_or_not();
	return 0;
}
