// SPDX-License-Identifier: Apache-2.0
#include "rt_filter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <unistd.h>

#include "nl_sock.h"

#define PRIORITY 1
#define HANDLE 1
#define PASS ((uint32_t)TC_ACT_UNSPEC)

/* Frames stand here with their Ethernet header; the kernel asks for those of IPv6 only. */
static const struct sock_filter no_ra[] = {
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 20), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 58, 0, 3),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 54), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 134, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, TC_ACT_SHOT), BPF_STMT(BPF_RET | BPF_K, PASS),
};

/* A place for filters that has no queue, and so costs nothing (sch_ingress.c). */
static void put_place(struct nl_buf *b, uint32_t seq, int32_t index)
{
	struct tcmsg place = {
		.tcm_ifindex = index,
		.tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0),
		.tcm_parent = TC_H_CLSACT,
	};

	nl_start(b, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, seq, &place,
		 sizeof(place));
	nl_put_str(b, TCA_KIND, "clsact");
}

static void put_filter(struct nl_buf *b, uint32_t seq, int32_t index)
{
	struct tcmsg filter = {
		.tcm_ifindex = index,
		.tcm_handle = HANDLE,
		.tcm_parent = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS),
		.tcm_info = TC_H_MAKE(PRIORITY << 16, htons(ETH_P_IPV6)),
	};
	size_t options;

	nl_start(b, RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, seq, &filter,
		 sizeof(filter));
	nl_put_str(b, TCA_KIND, "bpf");
	options = nl_nest(b, TCA_OPTIONS, NULL, 0);
	nl_put_u16(b, TCA_BPF_OPS_LEN, sizeof(no_ra) / sizeof(no_ra[0]));
	nl_put(b, TCA_BPF_OPS, no_ra, sizeof(no_ra));
	/* What the program returns is the verdict, so that no action's module is needed. */
	nl_put_u32(b, TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT);
	nl_nest_end(b, options);
}

int rt_drop_ra(int32_t index, struct rt_words *words)
{
	unsigned char room[512];
	int results[2];
	struct nl_buf b;
	struct nl_exchange x = {.first_seq = 1, .count = 2, .results = results};
	int fd = nl_open(0);
	int ret;

	if (fd < 0)
		return fd;
	if (words) {
		x.words = words->text;
		x.words_size = sizeof(words->text);
	}
	nl_begin(&b, room, sizeof(room));
	put_place(&b, 1, index);
	put_filter(&b, 2, index);
	ret = nl_talk(fd, &b, &x);
	close(fd);
	if (ret)
		return ret;
	/* The second cannot be without the first; both may have been there. */
	if (results[1] == -EEXIST)
		return 0;
	return results[0] && results[0] != -EEXIST ? results[0] : results[1];
}
