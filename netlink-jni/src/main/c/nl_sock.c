// SPDX-License-Identifier: Apache-2.0
#include "nl_sock.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define SILENCE_SECONDS 5
/* Answers of other senders that one receive may skip before it gives up. */
#define FOREIGN_LIMIT 16

static int set(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)) < 0)
		return -errno;
	return 0;
}

static int configure(int fd, uint32_t groups)
{
	struct sockaddr_nl local = {.nl_family = AF_NETLINK, .nl_groups = groups};
	struct timeval limit = {.tv_sec = SILENCE_SECONDS};
	int ret;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) < 0)
		return -errno;
	ret = set(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
	if (!ret)
		ret = set(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
	if (!ret)
		ret = set(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
	if (ret)
		return ret;
	if (bind(fd, (struct sockaddr *)&local, sizeof(local)) < 0)
		return -errno;
	return 0;
}

int nl_open(uint32_t groups)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int ret;

	if (fd < 0)
		return -errno;
	ret = configure(fd, groups);
	if (ret) {
		close(fd);
		return ret;
	}
	return fd;
}

int nl_receive(int fd, void *answer, size_t size)
{
	int foreign;

	for (foreign = 0; foreign < FOREIGN_LIMIT; foreign++) {
		struct sockaddr_nl from = {.nl_family = AF_UNSPEC};
		struct iovec iov = {.iov_base = answer, .iov_len = size};
		struct msghdr m = {
			.msg_name = &from,
			.msg_namelen = sizeof(from),
			.msg_iov = &iov,
			.msg_iovlen = 1,
		};
		ssize_t n = recvmsg(fd, &m, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		/* Any process may send to this socket; only port 0 is the kernel. */
		if (m.msg_namelen != sizeof(from) || from.nl_pid != 0)
			continue;
		if (m.msg_flags & MSG_TRUNC)
			return -EMSGSIZE;
		return (int)n;
	}
	return -EPROTO;
}

static int send_all(int fd, const struct nl_buf *requests)
{
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	ssize_t n;

	if (requests->err)
		return requests->err;
	do {
		n = sendto(fd, requests->data, requests->used, 0, (struct sockaddr *)&kernel,
			   sizeof(kernel));
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return (size_t)n == requests->used ? 0 : -EIO;
}

/* An acknowledgement, or the end of a dump, which carries an error in the same place. */
static int note_result(struct nl_exchange *x, const struct nl_msg *msg)
{
	uint32_t nth = msg->seq - x->first_seq;
	char words[256];
	int error = 0;

	words[0] = 0;
	if (msg->type == NLMSG_ERROR)
		error = nl_error(msg, words, sizeof(words));
	else if (msg->len >= sizeof(error))
		memcpy(&error, msg->data, sizeof(error));
	if (error > 0)
		return -EBADMSG;
	x->results[nth] = error;
	if (error && x->words && x->words_size && !x->words[0]) {
		strncpy(x->words, words, x->words_size - 1);
		x->words[x->words_size - 1] = 0;
	}
	return 0;
}

/* 1 when the last request has been answered, 0 when more is to come, or -errno. */
static int take(struct nl_exchange *x, const struct nl_msg *msg)
{
	int ret;

	if (msg->seq - x->first_seq >= x->count)
		return 0;
	if (msg->flags & NLM_F_DUMP_INTR)
		x->interrupted = true;
	if (msg->type == NLMSG_NOOP)
		return 0;
	if (msg->type == NLMSG_OVERRUN)
		return -ENOBUFS;
	if (msg->type != NLMSG_ERROR && msg->type != NLMSG_DONE)
		return x->on_message ? x->on_message(x->context, msg) : 0;
	ret = note_result(x, msg);
	if (ret)
		return ret;
	return msg->seq - x->first_seq == x->count - 1;
}

int nl_talk(int fd, const struct nl_buf *requests, struct nl_exchange *x)
{
	unsigned char answer[NL_ANSWER_SIZE];
	int ret = send_all(fd, requests);

	memset(x->results, 0, x->count * sizeof(*x->results));
	x->interrupted = false;
	while (!ret) {
		struct nl_walk w = {.at = answer};
		struct nl_msg msg;
		int n = nl_receive(fd, answer, sizeof(answer));

		if (n < 0)
			return n;
		w.left = (size_t)n;
		while (!ret && nl_next_msg(&w, &msg))
			ret = take(x, &msg);
	}
	return ret < 0 ? ret : 0;
}
