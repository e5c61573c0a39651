// SPDX-License-Identifier: Apache-2.0
#include "rt_watch.h"

#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nl_sock.h"

/* Room for some hundred events that come while the listener is busy. */
#define EVENT_ROOM (1 << 20)

int rt_watch_open(struct rt_watch *watch)
{
	int room = EVENT_ROOM;
	int ret;

	watch->events = nl_open(RTMGRP_LINK);
	if (watch->events < 0)
		return watch->events;
	/* Past net.core.rmem_max only with CAP_NET_ADMIN; without, the default must do. */
	(void)setsockopt(watch->events, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	watch->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (watch->wake < 0) {
		ret = -errno;
		close(watch->events);
		return ret;
	}
	return 0;
}

static int wait_for_event(const struct rt_watch *watch)
{
	struct pollfd fds[2] = {
		{.fd = watch->wake, .events = POLLIN},
		{.fd = watch->events, .events = POLLIN},
	};

	while (poll(fds, 2, -1) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return fds[0].revents ? -ECANCELED : 0;
}

/*
 * After an overrun the kernel goes on dropping, silently, until the queue is empty (af_netlink.c,
 * NETLINK_S_CONGESTED). Whoever is told must look again anyway, so what is queued can go; told
 * before that, he would look too early.
 */
static void drain(int fd)
{
	char byte;

	while (recv(fd, &byte, sizeof(byte), MSG_DONTWAIT) >= 0 || errno == ENOBUFS ||
	       errno == EINTR)
		;
}

int rt_watch_next(const struct rt_watch *watch, struct rt_sink *sink)
{
	unsigned char event[NL_ANSWER_SIZE];
	struct nl_walk w = {.at = event};
	struct nl_msg msg;
	struct rt_link link;
	int ret = wait_for_event(watch);

	if (ret)
		return ret;
	ret = nl_receive(watch->events, event, sizeof(event));
	if (ret == -ENOBUFS)
		drain(watch->events);
	if (ret < 0)
		return ret == -ETIMEDOUT ? 0 : ret;
	w.left = (size_t)ret;
	ret = 0;
	while (!ret && nl_next_msg(&w, &msg)) {
		/* That a port begins to forward the bridge alone tells; with STP nothing else does.
		 */
		if (rt_parse_link(&msg, &link) ||
		    (rt_parse_port(&msg, &link) && link.port_state == BR_STATE_FORWARDING))
			ret = sink->put(sink->context, &link, link.size);
	}
	return ret;
}

int rt_watch_wake(const struct rt_watch *watch)
{
	uint64_t one = 1;

	if (write(watch->wake, &one, sizeof(one)) < 0)
		return -errno;
	return 0;
}

void rt_watch_close(const struct rt_watch *watch)
{
	close(watch->events);
	close(watch->wake);
}
