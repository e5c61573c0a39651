// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "packet.h"

#define TIMES 3

/*
 * Frames of another VLAN are none of this LAN's. Before they come here the kernel has taken their
 * tag off, so that they look like ours, and says that they are another station's
 * (__netif_receive_skb_core of net/core/dev.c).
 */
#define NOT_ANOTHERS                                                                               \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),               \
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OTHERHOST, 0, 1),                       \
		BPF_STMT(BPF_RET | BPF_K, 0)

static struct sock_filter any_arp[] = {
	NOT_ANOTHERS,
	BPF_STMT(BPF_RET | BPF_K, 0xffff),
};

/* Of IPv6 only neighbour advertisements, or a busy LAN would fill the socket. */
static struct sock_filter only_na[] = {
	NOT_ANOTHERS,
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 20),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 58, 0, 3),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 54),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 136, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, 0xffff),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

/* What is asked, and what has been heard of it. */
struct asking {
	const struct announced *asked;
	size_t count;
	size_t silent;
	struct probed *answers;
};

static int listen_on(int32_t bridge, uint16_t protocol)
{
	struct sock_fprog arp = {.len = sizeof(any_arp) / sizeof(any_arp[0]), .filter = any_arp};
	struct sock_fprog na = {.len = sizeof(only_na) / sizeof(only_na[0]), .filter = only_na};

	return packet_open(bridge, protocol, protocol == ETH_P_IPV6 ? &na : &arp);
}

static int send_probe(int fd, int32_t bridge, const uint8_t mac[6], const struct announced *asked)
{
	uint8_t frame[NS_FRAME_SIZE];
	size_t len = asked->len == 4 ? ARP_FRAME_SIZE : NS_FRAME_SIZE;
	int ret;

	if (asked->len == 4)
		arp_probe_frame(frame, mac, asked->bytes);
	else
		ns_probe_frame(frame, mac, asked->bytes);
	ret = packet_send(fd, bridge, frame, len);
	/* A full queue loses one of three probes. */
	return ret == -ENOBUFS || ret == -EAGAIN ? 0 : ret;
}

static void heard(struct asking *a, const struct said *said)
{
	size_t i;

	for (i = 0; i < a->count; i++) {
		if (a->answers[i].answered || a->asked[i].len != said->len ||
		    memcmp(a->asked[i].bytes, said->address, said->len) != 0)
			continue;
		a->answers[i].answered = 1;
		memcpy(a->answers[i].mac, said->mac, 6);
		a->silent--;
	}
}

static int hear_all(int fd, struct asking *a)
{
	uint8_t frame[256];
	struct said said;

	while (fd >= 0) {
		ssize_t n = recv(fd, frame, sizeof(frame), 0);

		if (n >= 0) {
			if (frame_says(frame, (size_t)n, &said))
				heard(a, &said);
		} else if (errno == EAGAIN) {
			return 0;
		} else if (errno != EINTR) {
			return -errno;
		}
	}
	return 0;
}

/*
 * Hears until the time has come or nobody is silent any more. A process that was held up looks once
 * more after the time: what was answered meanwhile waits in the socket.
 */
static int hear_until(const int fds[PROBE_SOCKETS], struct asking *a, int64_t end)
{
	struct pollfd poll_fds[PROBE_SOCKETS];
	int64_t left;
	int ret = 0;
	int i;

	do {
		left = end - now_ms();
		for (i = 0; i < PROBE_SOCKETS; i++)
			poll_fds[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
		if (poll(poll_fds, PROBE_SOCKETS, left > 0 ? (int)left : 0) < 0 && errno != EINTR)
			return -errno;
		for (i = 0; !ret && i < PROBE_SOCKETS; i++)
			ret = hear_all(fds[i], a);
	} while (!ret && a->silent && left > 0);
	return ret;
}

static int family(const struct announced *asked)
{
	return asked->len == 4 ? 0 : 1;
}

static int ask(int32_t bridge, const uint8_t mac[6], struct asking *a, int32_t timeout_ms,
	       const int fds[PROBE_SOCKETS])
{
	int64_t start = now_ms();
	int ret = 0;
	size_t i;
	int turn;

	for (turn = 1; !ret && a->silent && turn <= TIMES; turn++) {
		for (i = 0; !ret && i < a->count; i++) {
			if (!a->answers[i].answered)
				ret = send_probe(fds[family(&a->asked[i])], bridge, mac,
						 &a->asked[i]);
		}
		if (!ret)
			ret = hear_until(fds, a, start + (int64_t)timeout_ms * turn / TIMES);
	}
	return ret;
}

/* A socket for each family that is asked for. */
static int open_all(int32_t bridge, const struct announced *asked, size_t count,
		    int fds[PROBE_SOCKETS])
{
	static const uint16_t protocols[PROBE_SOCKETS] = {ETH_P_ARP, ETH_P_IPV6};
	size_t i;

	for (i = 0; i < count; i++) {
		int which = family(&asked[i]);

		if (fds[which] >= 0)
			continue;
		fds[which] = listen_on(bridge, protocols[which]);
		if (fds[which] < 0)
			return fds[which];
	}
	return 0;
}

int probe_run(int32_t bridge, const uint8_t mac[6], const struct announced *asked, size_t count,
	      int32_t timeout_ms, struct probed *answers, int fds[PROBE_SOCKETS])
{
	struct asking a = {.asked = asked, .count = count, .silent = count, .answers = answers};
	int ret;

	fds[0] = fds[1] = -1;
	if (count > PROBE_LIMIT)
		return -EINVAL;
	memset(answers, 0, count * sizeof(answers[0]));
	ret = open_all(bridge, asked, count, fds);
	return ret ? ret : ask(bridge, mac, &a, timeout_ms, fds);
}

void probe_close(const int fds[PROBE_SOCKETS])
{
	int i;

	for (i = 0; i < PROBE_SOCKETS; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}
