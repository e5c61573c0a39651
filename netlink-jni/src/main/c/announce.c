// SPDX-License-Identifier: Apache-2.0
#include "announce.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nl_sock.h"
#include "packet.h"

/* Entries that a bridge neither learns nor forgets. */
#define FIXED (NUD_PERMANENT | NUD_NOARP)

struct search {
	const uint8_t *mac;
	bool fixed;
};

static int look_at_entry(void *context, const struct nl_msg *msg)
{
	struct search *s = context;
	struct rt_fdb entry;

	if (rt_parse_fdb(msg, &entry) && memcmp(entry.mac, s->mac, ETH_ALEN) == 0 &&
	    (entry.state & FIXED))
		s->fixed = true;
	return 0;
}

static struct nl_exchange exchange(uint32_t seq, int *result, struct rt_words *words)
{
	return (struct nl_exchange){
		.first_seq = seq,
		.count = 1,
		.results = result,
		.words = words ? words->text : NULL,
		.words_size = words ? sizeof(words->text) : 0,
	};
}

/* NLM_F_EXCL: only where there is none; NLM_F_REPLACE: also where there is one. */
static int put_entry(int fd, uint16_t flag, int32_t port, const uint8_t mac[6],
		     struct rt_words *words)
{
	unsigned char room[128];
	/* Reachable, not permanent: the bridge may learn better and forgets it in time. */
	struct ndmsg entry = {
		.ndm_family = AF_BRIDGE,
		.ndm_ifindex = port,
		.ndm_state = NUD_REACHABLE,
		.ndm_flags = NTF_MASTER,
	};
	struct nl_buf b;
	int result = 0;
	struct nl_exchange x = exchange(1, &result, words);
	int ret;

	nl_begin(&b, room, sizeof(room));
	nl_start(&b, RTM_NEWNEIGH, (uint16_t)(NLM_F_CREATE | NLM_F_ACK | flag), x.first_seq, &entry,
		 sizeof(entry));
	nl_put(&b, NDA_LLADDR, mac, ETH_ALEN);
	ret = nl_talk(fd, &b, &x);
	return ret ? ret : result;
}

/* One question; a list of all entries where there is one for each VLAN. -EEXIST: it is fixed. */
static int check_movable(int fd, int32_t bridge, bool by_vlan, const uint8_t mac[6],
			 struct rt_words *words)
{
	unsigned char room[128];
	struct ndmsg which = {.ndm_family = AF_BRIDGE};
	struct search s = {.mac = mac};
	struct nl_buf b;
	int result = 0;
	struct nl_exchange x = exchange(2, &result, words);
	int ret;

	x.on_message = look_at_entry;
	x.context = &s;
	nl_begin(&b, room, sizeof(room));
	nl_start(&b, RTM_GETNEIGH, by_vlan ? NLM_F_DUMP : NLM_F_ACK, x.first_seq, &which,
		 sizeof(which));
	nl_put_u32(&b, NDA_MASTER, (uint32_t)bridge);
	if (!by_vlan)
		nl_put(&b, NDA_LLADDR, mac, ETH_ALEN);
	ret = nl_talk(fd, &b, &x);
	if (!ret)
		ret = result;
	/* It was forgotten meanwhile. */
	if (ret == -ENOENT)
		ret = 0;
	if (!ret && s.fixed)
		ret = -EEXIST;
	return ret;
}

int fdb_point(int32_t bridge, int32_t port, bool by_vlan, const uint8_t mac[6],
	      struct rt_words *words)
{
	int fd = nl_open(0);
	int ret;

	if (fd < 0)
		return fd;
	ret = put_entry(fd, NLM_F_EXCL, port, mac, NULL);
	if (ret == -EEXIST) {
		ret = check_movable(fd, bridge, by_vlan, mac, words);
		if (!ret)
			ret = put_entry(fd, NLM_F_REPLACE, port, mac, words);
	}
	close(fd);
	return ret;
}

int announce_open(void)
{
	/* Protocol 0: it hears nothing, so nothing piles up in it. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd < 0 ? -errno : fd;
}

int announce_send(int fd, int32_t bridge, const uint8_t mac[6], const struct announced *addresses,
		  size_t count)
{
	uint8_t frame[NA_FRAME_SIZE];
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < count; i++) {
		if (addresses[i].len == 4) {
			arp_frame(frame, mac, addresses[i].bytes);
			ret = packet_send(fd, bridge, frame, ARP_FRAME_SIZE);
		} else {
			na_frame(frame, mac, addresses[i].bytes);
			ret = packet_send(fd, bridge, frame, NA_FRAME_SIZE);
		}
	}
	return ret;
}
