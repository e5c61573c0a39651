/* SPDX-License-Identifier: Apache-2.0 */
/* A netlink socket and one exchange over it: requests out, all their answers in. */
#ifndef PATCHBAY_NL_SOCK_H
#define PATCHBAY_NL_SOCK_H

#include "nl_msg.h"

/* The kernel's own limit for one part of a dump (af_netlink.c, netlink_recvmsg). */
#define NL_ANSWER_SIZE 32768

struct nl_exchange {
	uint32_t first_seq;
	uint32_t count; /* sequence numbers first_seq ... first_seq + count - 1 were used */
	int *results;   /* one for each: 0 or -errno. Without NLM_F_ACK only errors are told */
	/* For every message that is no acknowledgement; NULL: none is expected. 0 or -errno. */
	int (*on_message)(void *context, const struct nl_msg *msg);
	void *context;
	char *words; /* text of the first error; NULL: nobody asks */
	size_t words_size;
	bool interrupted; /* out: a dump whose subject changed while it was read (NLM_F_DUMP_INTR)
			   */
};

/* A NETLINK_ROUTE socket that hears these multicast groups (a mask; 0: none), or -errno. */
int nl_open(uint32_t groups);

/*
 * Sends what is in the buffer by one system call and reads until the last request is answered: its
 * NLMSG_ERROR or, for a dump, its NLMSG_DONE. 0 when all answers are in, whatever they say; -errno
 * when the talk itself failed (-ETIMEDOUT after 5 s of silence, or what on_message gave).
 */
int nl_talk(int fd, const struct nl_buf *requests, struct nl_exchange *x);

/* One datagram of the kernel; its length, or -errno. */
int nl_receive(int fd, void *answer, size_t size);

#endif
