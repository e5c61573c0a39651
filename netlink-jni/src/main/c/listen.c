// SPDX-License-Identifier: Apache-2.0
#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

/* A DHCP message with the options that matter; of the rest the beginning is enough. */
#define FRAME_SIZE 640
/* Frames of one system call. */
#define BATCH 32
/* System calls before what was heard is told. */
#define BATCHES 64
/* After frames have been read it does not read again for so long, so that many are read at once. */
#define REST_MS 20
/* Room for the frames that come in that time. */
#define FRAME_ROOM (1 << 20)

#define LOAD(size, at) BPF_STMT(BPF_LD | (size) | BPF_ABS, (uint32_t)(at))
#define IS(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)
#define HAS(bits, yes, no) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, yes, no)
#define TAKE 0xffff

/*
 * The socket hears all protocols, for one that hears a certain one has the kernel copy each frame
 * that it looks at (deliver_skb and ip_rcv). So a VLAN's tag stands beside the frame here and the
 * frame is nobody else's yet, unlike in probe.c.
 */
static struct sock_filter interesting[] = {
	/*  0 */ LOAD(BPF_W, SKF_AD_OFF + SKF_AD_PKTTYPE),
	/*  1 */ IS(PACKET_OTHERHOST, 26, 0),
	/*  2 */ LOAD(BPF_B, SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT),
	/*  3 */ IS(0, 2, 0),
	/*  4 */ LOAD(BPF_H, SKF_AD_OFF + SKF_AD_VLAN_TAG),
	/*  5 */ HAS(0x0fff, 22, 0),
	/*  6 */ LOAD(BPF_H, 12),
	/*  7 */ IS(ETH_P_ARP, 2, 0),
	/*  8 */ IS(ETH_P_IPV6, 4, 0),
	/*  9 */ IS(ETH_P_IP, 8, 18),
	/* 10: ARP from an address, which a probe is not */
	LOAD(BPF_W, 28),
	/* 11 */ IS(0, 16, 0),
	/* 12 */ BPF_STMT(BPF_RET | BPF_K, TAKE),
	/* 13: ICMPv6 */
	LOAD(BPF_B, 20),
	/* 14 */ IS(58, 0, 13),
	/* 15: solicitation or advertisement */
	LOAD(BPF_B, 54),
	/* 16 */ IS(135, 10, 0),
	/* 17 */ IS(136, 9, 10),
	/* 18: UDP, no fragment, to or from a DHCP server */
	LOAD(BPF_B, 23),
	/* 19 */ IS(17, 0, 8),
	/* 20 */ LOAD(BPF_H, 20),
	/* 21 */ HAS(0x1fff, 6, 0),
	/* 22 */ BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 14),
	/* 23 */ BPF_STMT(BPF_LD | BPF_H | BPF_IND, 14),
	/* 24 */ IS(67, 2, 0),
	/* 25 */ BPF_STMT(BPF_LD | BPF_H | BPF_IND, 16),
	/* 26 */ IS(67, 0, 1),
	/* 27 */ BPF_STMT(BPF_RET | BPF_K, TAKE),
	/* 28 */ BPF_STMT(BPF_RET | BPF_K, 0),
};

static int set_up(int fd, int32_t bridge)
{
	struct sock_fprog filter = {.len = sizeof(interesting) / sizeof(interesting[0]),
				    .filter = interesting};
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = bridge,
	};
	int room = FRAME_ROOM;
	int yes = 1;
	int error = 0;
	socklen_t len = sizeof(error);

	/* Past net.core.rmem_max only with CAP_NET_ADMIN; without, the default must do. */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    /* That the link is down is told here and not by bind(). */
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len))
		return -errno;
	return -error;
}

int listen_open(struct listening *l, int32_t bridge)
{
	int ret;

	memset(l, 0, sizeof(*l));
	/* It hears nothing before it is bound, so nothing of another link. */
	l->frames = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->frames < 0)
		return -errno;
	ret = set_up(l->frames, bridge);
	if (!ret) {
		l->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (l->wake >= 0)
			return 0;
		ret = -errno;
	}
	close(l->frames);
	return ret;
}

/* Without a limit where it is negative. -ECANCELED: somebody called listen_wake(). */
static int wait_for(const struct listening *l, bool frames, int64_t limit_ms)
{
	struct pollfd fds[2] = {
		{.fd = l->wake, .events = POLLIN},
		{.fd = l->frames, .events = POLLIN},
	};

	while (poll(fds, frames ? 2 : 1, (int)limit_ms) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return fds[0].revents ? -ECANCELED : 0;
}

/* How many frames were read, or -errno; what is new in them comes to the others. */
static int hear(struct listening *l, struct sighting *out, int *told)
{
	uint8_t frames[BATCH][FRAME_SIZE];
	struct iovec parts[BATCH];
	struct mmsghdr messages[BATCH];
	int64_t now = now_ms();
	int i;
	int n;

	memset(messages, 0, sizeof(messages));
	for (i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){.iov_base = frames[i], .iov_len = FRAME_SIZE};
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	n = recvmmsg(l->frames, messages, BATCH, 0, NULL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	for (i = 0; i < n; i++) {
		struct sighting s;

		if (frame_sights(frames[i], messages[i].msg_len, &s) && seen_new(&l->seen, &s, now))
			out[(*told)++] = s;
	}
	return n;
}

int listen_next(struct listening *l, struct sighting out[LISTEN_ROOM])
{
	int64_t rest = l->rest_until - now_ms();
	int told = 0;
	int turn;
	int n = BATCH;
	int ret = 0;

	if (rest > 0)
		ret = wait_for(l, false, rest);
	if (!ret)
		ret = wait_for(l, true, -1);
	if (ret)
		return ret;
	for (turn = 0; n == BATCH && turn < BATCHES && told <= LISTEN_ROOM - BATCH; turn++)
		n = hear(l, out, &told);
	if (n < 0)
		return n;
	l->rest_until = now_ms() + REST_MS;
	return told;
}

int listen_wake(const struct listening *l)
{
	uint64_t one = 1;

	if (write(l->wake, &one, sizeof(one)) < 0)
		return -errno;
	return 0;
}

void listen_close(const struct listening *l)
{
	close(l->frames);
	close(l->wake);
}
